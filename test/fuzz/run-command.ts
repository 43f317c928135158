import type { Draft, RunKind } from './model.js';

/** The command of a RUN step, and what it has to do with areas. */
export interface RunCommand {
  readonly text: string;
  /** Areas that must not be written to after it. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Makes what later copies go over: stands before all of them, so that it never runs twice. */
  readonly first: boolean;
  /** Another user than root can run it. */
  readonly anyone: boolean;
}

/**
 * A command that gives the same when it runs again on its own result.
 *
 * @param area a top directory that is filled already, if there is one
 */
export function runCommand(
  { what, output }: Extract<Draft, { kind: 'run' }>,
  area: string | undefined,
): RunCommand | undefined {
  if (what === 'lower') return lower;
  if (what === 'alias') return { ...anew, first: true, writes: ['app'], text: 'mkdir -p /app && ln -s /app /ln' };
  const own = `o${output}`;
  return plainCommand(what, own) ?? (area === undefined || area === own ? undefined : areaCommand(what, own, area));
}

const anew = { first: false, reads: [], writes: [], anyone: false };

/** Those that look at nothing but their surroundings. */
function plainCommand(what: RunKind, own: string): RunCommand | undefined {
  const empty = `rm -rf /${own} && mkdir /${own}`;
  const alone = { ...anew, writes: [own] };
  switch (what) {
    case 'state':
      return { ...alone, text: `${empty} && echo "$V $P $PWD $USER $HOME" > /${own}/state` };
    case 'script':
      return { ...alone, text: `<<END\n${empty}\nid > /${own}/id\necho "$V 'it'" > /${own}/state\nEND` };
    case 'exec':
      return { ...alone, text: JSON.stringify(['/bin/sh', '-c', `${empty} && echo "$V '$0'" > /${own}/state`]) };
    case 'daemon':
      return {
        ...alone,
        text: `${empty} && { (trap "" TERM; sleep 300) & setsid sleep 300 & } >/dev/null 2>&1; echo "$V" > /${own}/state`,
      };
    case 'user':
      return { ...anew, anyone: true, text: `echo "$(id) $HOME" > /tmp/${own}` };
    default:
      return undefined;
  }
}

/** Those that read or change a directory. */
function areaCommand(what: RunKind, own: string, area: string): RunCommand | undefined {
  const empty = `rm -rf /${own} && mkdir /${own}`;
  const reading = { ...anew, reads: [area], writes: [own] };
  const changing = { ...anew, reads: [area], writes: [area] };
  switch (what) {
    case 'sums':
      return { ...reading, text: `${empty} && find /${area} -type f -exec md5sum {} + | sort > /${own}/sums.txt` };
    case 'clone':
      return { ...reading, text: `rm -rf /${own} && cp -a /${area} /${own}` };
    case 'moved':
      return { ...reading, text: `rm -rf /${own} && cp -a /${area} /${own}.new && mv /${own}.new /${own}` };
    case 'times':
      return {
        ...reading,
        text: `rm -rf /${own} && cp -a /${area} /${own} && find /${own} ! -type l -exec touch -d '2001-02-03 04:05' {} +`,
      };
    case 'slow':
      return {
        ...reading,
        text: `${empty} && cp -a /${area} /${own}/early && sleep 0.3 && cp -a /${area} /${own}/late`,
      };
    case 'judge':
      return { ...reading, writes: [], text: `! find /${area} -type f -exec cat {} + | grep -q BROKEN` };
    case 'rights':
      return { ...changing, text: `find /${area} ! -type l -exec chmod go-w {} +` };
    case 'owner':
      return { ...changing, text: `chown -hR 7:8 /${area}` };
    case 'prune':
      return { ...changing, text: `find /${area} -type f -name b.js -exec rm -f {} +` };
    default:
      return undefined;
  }
}

const lower: RunCommand = {
  ...{ ...anew, first: true, writes: ['app', 'lib'] },
  text:
    'mkdir -p /app/d/s /app/e /lib && echo low > /app/d/a.txt && echo low > /app/b.js && chmod 700 /app/d && ' +
    'chown 9:9 /app/e && ln -s nowhere /app/l && ln -s ../lib /app/k',
};
