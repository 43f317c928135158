/**
 * Shell text: reads requests line by line and carries them out; an argument is printable text with other bytes as octal escapes, so
 * that no path is ever part of a script. A request is its name, the number of its arguments, and the arguments.
 *
 * @param operations further branches of the script's `case`
 * @param atEnd what is done when nobody is left who could ask
 */
export const shellScript = (operations = '', atEnd = ''): string => `
nl='\n' tab='\t'
while IFS= read -r op && IFS= read -r n; do
  set --
  while [ "$n" -gt 0 ]; do
    IFS= read -r arg
    raw=$arg
    case $arg in *'\\'*)
      arg=$(printf '%b.' "$arg")
      arg=\${arg%.} ;;
    esac
    set -- "$@" "$arg"
    n=$((n - 1))
  done
  case $op in
    remove)
      rm -rf -- "$@" 2>/dev/null || for path do
        said=$(LC_ALL=C rm -rf -- "$path" 2>&1) || case $said in
          *'Not a directory' | *'No such file or directory') ;;
          *) printf '%s\\n' "$said" ;;
        esac
      done | tail -n 1 | tr '\\n' ' ' ;;
    take) for path do rm -f -- "$path" 2>/dev/null || rmdir -- "$path" 2>/dev/null; done ;;
    prune) for path do rmdir -- "$path" 2>/dev/null; done ;;
    move) { rm -rf -- "$2" && mkdir -p -- "\${2%/*}/" && mv -- "$1" "$2"; } 2>&1 | tail -n 1 | tr '\\n' ' ' ;;
    stat) stat -c '%f %s %Y %Z %u %g %n' -- "$@" 2>/dev/null | tr '\\n' '\\t' ;;
    hash) sha256sum -- "$@" 2>/dev/null | tr '\\n' '\\t' ;;
    list)
      for dir do
        printf '/\\t'
        for path in "$dir"/* "$dir"/.[!.]* "$dir"/..?*; do
          case $path in *"$nl"* | *"$tab"*) continue ;; esac
          { [ -e "$path" ] || [ -L "$path" ]; } && printf '%s\\t' "\${path##*/}"
        done
      done ;;
    links) for path do printf '%s\t' "$(readlink -- "$path")"; done ;;
    end)
      kill -KILL "-$1" 2>/dev/null
      for stat in /proc/[0-9]*/stat; do
        { IFS= read -r line <"$stat"; } 2>/dev/null || continue
        set -- "$1" \${line##*)}
        pid=\${stat#/proc/}
        [ "$5" = "$1" ] && kill -KILL "\${pid%/stat}" 2>/dev/null
      done ;;
    signals)
      IFS= read -r name </proc/1/comm
      case $name in
        docker-init | tini* | dumb-init | catatonit | s6-svscan | systemd | init) printf ffffffffffffffff ;;
        *) while IFS= read -r line; do case $line in SigCgt:* | SigBlk:*) printf '%s ' \${line#*:} ;; esac; done </proc/1/status ;;
      esac ;;
    age)
      { IFS=' .' read -r up more </proc/uptime && IFS= read -r line </proc/1/stat; } 2>/dev/null && {
        set -- \${line##*)}
        printf '%s' "$((up - \${20} / 100))"
      } ;;${operations}
  esac
  printf '\\n'
done${atEnd}`;

const NAME = /[A-Za-z0-9_./@+=,:-]/;

/** An argument as the script reads it: every byte but the plain ones as an octal escape. */
export function encodeArgument(argument: string | Buffer): string {
  let out = '';
  for (const byte of typeof argument === 'string' ? Buffer.from(argument, 'utf8') : argument) {
    const c = String.fromCharCode(byte);
    out += NAME.test(c) ? c : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return out;
}

/** A request as the script reads it. */
export const encodeRequest = (op: string, args: readonly (string | Buffer)[]): string =>
  `${[op, args.length, ...args.map(encodeArgument)].join('\n')}\n`;
