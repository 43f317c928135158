# bash completion for docker-livepush
# It asks the program, which answers a candidate a line, and last a colon and the sum of: 1 error, 4 no file names, 8 file
# names with these extensions, 16 folders. Bash need not be newer than 3.2.
_docker_livepush() {
  local cur=${COMP_WORDS[COMP_CWORD]} words=() i n answer directive item
  # bash takes --file=x for three words
  for ((i = 1; i <= COMP_CWORD; i++)); do
    n=${#words[@]}
    if ((n > 0)) && [[ ${COMP_WORDS[i]} == '=' || ${COMP_WORDS[i - 1]} == '=' ]]; then
      words[n - 1]+=${COMP_WORDS[i]}
    else
      words[n]=${COMP_WORDS[i]}
    fi
  done
  [[ $cur == '=' ]] && cur=
  answer=$("${COMP_WORDS[0]}" __completeNoDesc "${words[@]}" 2>/dev/null) || return
  directive=${answer##*:}
  answer=${answer%:*}
  COMPREPLY=()
  if ((directive & 24)); then
    while IFS= read -r item; do COMPREPLY+=("$item"); done < <(
      compgen -d -- "$cur"
      ((directive & 8)) && for item in $answer; do compgen -f -X "!*.$item" -- "$cur"; done
    )
    compopt -o filenames 2>/dev/null
    return
  fi
  while IFS= read -r item; do [[ -n $item ]] && COMPREPLY+=("$item"); done <<<"$answer"
  ((directive & 4)) && compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _docker_livepush docker-livepush
