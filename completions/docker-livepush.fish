# fish completion for docker-livepush
# It asks the program, which answers a candidate a line, its description behind a tab, and last a colon and the sum of:
# 1 error, 4 no file names, 8 file names with these extensions, 16 folders.
function __docker_livepush_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l prefix (string match -r -- '^--[^=]+=' "$current")
    set -l answer ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive (string sub -s 2 -- "$answer[-1]")
    set -e answer[-1]
    set -l typed (string replace -- "$prefix" '' "$current")
    if test (math "bitand($directive, 8)") -ne 0
        for extension in $answer
            __fish_complete_suffix "$typed" .$extension
        end
    else if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories "$typed"
    else if test (count $answer) -gt 0
        printf "$prefix%s\n" $answer
    else if test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path "$typed"
    end
end
complete -c docker-livepush -f -a '(__docker_livepush_complete)'
