/** First line of the supervisor's script: by it the process is found in a container. */
export const MARK = '# docker-livepush supervisor';

/**
 * Runs a command ("$@", after the number of the stop signal) as its child and restarts it on SIGURG; a second SIGURG kills
 * what does not end. Reports on a pipe of its own (descriptor 8), on SIGCONT also how things stand. Where the shell cannot
 * do all of this, the command takes its place.
 *
 * - An asynchronous command of a shell ignores SIGINT and SIGQUIT for good. What helps is job control (bash), `env` of
 *   coreutils, or (busybox) a process substitution, which is waited for by a reader of what it says.
 * - Names start with `_lp_`: a variable of the container's own environment must not be changed. All shells set PWD and
 *   the like, which the command must not see.
 * - What others write to /proc/1/fd/1 and 2 is to reach the log: while a run goes on, its outputs are those of the
 *   container. Anything that it says itself is silenced. A shell redirects what it does itself by moving its own outputs:
 *   it reports in a subshell.
 * - A pipe without a file: a here-document, or a process substitution where that is a file, opened anew for both ends.
 * - A signal with a trap breaks a `read` off, and what it was to read stays what it was. A subshell has no traps.
 * - What is left of a run is all that descends from this shell or was orphaned. What an exec session started descends
 *   from a process whose parent is outside of the container (0), or is in the session of one.
 */
export const SUPERVISOR = `${MARK}
_lp_stop=$1 _lp_dir=$PWD _lp_main= _lp_job= _lp_asked= _lp_end= _lp_count=0 _lp_code=0
shift
exec 3<&0 4>&2 5>&1 2>/dev/null

_lp_say() {
  (echo "$1 $_lp_count $2" >&8)
}

_lp_choose() {
  _lp_way=fork _lp_launch=
  set -m
  case $- in *m*) return ;; esac
  if command -v setsid >&2; then _lp_launch=setsid; fi
  if env --default-signal=INT,QUIT true; then
    _lp_launch="env --default-signal=INT,QUIT $_lp_launch"
  elif (eval 'read -r _lp_x < <(echo ok)' && [ "$_lp_x" = ok ]); then
    _lp_way=substitute
  else
    _lp_way=none
  fi
}

_lp_become() {
  cd -P -- "$_lp_dir" 2>/dev/null
  unset PWD OLDPWD SHLVL _ 2>/dev/null
  exec "$@" 2>&4 3<&- 4>&- 5>&- 6<&- 8>&-
}

_lp_start() {
  if [ "$_lp_way" = fork ]; then
    (_lp_become $_lp_launch "$@") <&3 &
    _lp_job=$! _lp_main=$!
  else
    eval 'exec 6< <((read -r _lp_pid _ </proc/self/stat; echo "$_lp_pid"; exec >&5; _lp_become $_lp_launch "$@"); echo $?)'
    _lp_pid=$(read -r _lp_pid <&6; echo "$_lp_pid")
    (read -r _lp_code <&6; exit "\${_lp_code:-137}") &
    _lp_job=$! _lp_main=$_lp_pid
    exec 6<&-
  fi
  _lp_count=$((_lp_count + 1))
}

_lp_await() {
  while
    wait "$_lp_job"
    _lp_code=$?
    kill -0 "$_lp_job" 2>/dev/null
  do
    case $_lp_code in 14[789] | 150) sleep 1 ;; esac # it was stopped, which some shells tell at once
  done
  exec 2>/dev/null
  if [ "$_lp_code" -gt 128 ]; then # perhaps a signal that came while the process ended
    wait "$_lp_job"
    set -- $?
    [ "$1" = 127 ] || _lp_code=$1
  fi
  _lp_main= _lp_job=
}

_lp_signal() {
  if [ -n "$_lp_main" ]; then
    kill "-$1" "$_lp_main" 2>/dev/null
  elif [ -n "$_lp_job" ]; then
    kill -9 "$_lp_job" 2>/dev/null
  fi
}

_lp_finish() {
  _lp_end=$1
  _lp_signal "$1"
}

_lp_restart() {
  if [ -n "$_lp_asked" ]; then _lp_signal 9; else _lp_asked=1; _lp_signal "$_lp_stop"; fi
  _lp_say stopping 0
}

_lp_tell() {
  if [ -n "$_lp_asked" ]; then _lp_say stopping 0; fi
  if [ -n "$_lp_main" ]; then _lp_say running "$_lp_main"; else _lp_say exited "$_lp_code"; fi
}

_lp_sweep() {
  _lp_pass=0 _lp_left=1
  while [ -n "$_lp_left" ] && [ "$_lp_pass" -lt 100 ]; do
    _lp_pass=$((_lp_pass + 1)) _lp_left= _lp_all=
    for _lp_stat in /proc/[0-9]*/stat; do
      IFS= read -r _lp_line <"$_lp_stat" || { _lp_left=1; continue; }
      set -- \${_lp_line##*) }
      _lp_pid=\${_lp_stat#/proc/} _lp_pid=\${_lp_pid%/stat}
      eval "_lp_parent_$_lp_pid=$2"
      case $_lp_pid.$1 in 1.* | $$.* | *.Z | *.X) ;; *) _lp_all="$_lp_all $_lp_pid.$4" ;; esac
    done
    for _lp_pid in $_lp_all; do
      _lp_leader=\${_lp_pid#*.} _lp_pid=\${_lp_pid%.*}
      _lp_up=$_lp_pid
      eval "_lp_root=\\$_lp_parent_$_lp_leader"
      if [ "$_lp_root" = 0 ] && [ "$_lp_leader" != 1 ]; then continue; fi
      while [ "\${_lp_up:-0}" -gt 1 ] && [ "$_lp_up" != $$ ]; do eval "_lp_up=\\$_lp_parent_$_lp_up"; done
      if [ "\${_lp_up:-0}" != 0 ] && kill -9 "$_lp_pid"; then _lp_left=1; fi
    done
  done
}

_lp_rest() {
  command -v sleep >&2 || exit "$_lp_code"
  sleep 1000000 &
  _lp_job=$!
  _lp_tell
  exec 2>&4
  while [ -z "$_lp_asked$_lp_end" ] && kill -0 "$_lp_job" 2>/dev/null; do wait "$_lp_job"; done
  exec 2>/dev/null
  kill -9 "$_lp_job"
  _lp_job=
}

_lp_choose
if [ "$_lp_way" != none ]; then
  for _lp_x in HUP USR1 USR2 WINCH; do trap "_lp_signal $_lp_x" "$_lp_x"; done
  for _lp_x in INT QUIT TERM "$_lp_stop"; do trap "_lp_finish $_lp_x" "$_lp_x"; done
  trap _lp_restart URG
  trap '_lp_tell; (echo "synced 0 0" >&8)' CONT
  exec 8<<.
.
  if [ ! -p /proc/self/fd/8 ] && (eval ': < <(:)'); then eval 'exec 8< <(:)'; fi
fi
[ -p /proc/self/fd/8 ] || _lp_become "$@"
exec 8<>/proc/self/fd/8

while :; do
  exec 2>&4
  _lp_start "$@"
  _lp_tell
  if [ -n "$_lp_asked" ]; then _lp_signal "$_lp_stop"; fi
  if [ -n "$_lp_end" ]; then _lp_signal "$_lp_end"; fi
  _lp_await
  if [ -n "$_lp_end" ] || [ "$_lp_asked$_lp_code" = 0 ]; then exit "$_lp_code"; fi
  _lp_sweep
  while [ -z "$_lp_asked" ]; do
    _lp_rest
    [ -z "$_lp_end" ] || exit "$_lp_code"
  done
  _lp_asked=
done
`;

/**
 * Finds the supervisor, says what it reports line by line, and asks it for a restart at each line that it reads, or, at
 * `tell`, for how things stand; says `absent` where there is none. While a supervisor that was just started gets ready, there is no pipe to be opened yet.
 */
export const LINK = `
find() {
  for dir in /proc/1 /proc/[0-9]*; do
    IFS= read -r stat <"$dir/stat" && set -- \${stat##*) } && [ "$2" -le 1 ] || continue
    IFS= read -r line <"$dir/cmdline"
    case $line in '/bin/sh-c${MARK}') pid=\${dir#/proc/}; return ;; esac
  done
  false
}
exec 2>/dev/null
tries=0
until find && [ -e "/proc/$pid/fd/8" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] && [ "$pid$tries" != 20 ] || { echo 'absent 0 0'; exit; }
  pid=
  sleep 0.1
done
exec 7<"/proc/$pid/fd/8"
while IFS= read -r line <&7; do echo "$line"; done &
kill -CONT "$pid"
while read -r asked; do
  case $asked in tell) kill -CONT "$pid" ;; *) kill -URG "$pid" ;; esac
done
kill "$!"
`;
