import { createInterface } from 'node:readline';
import type { Container, ExecProcess } from '../docker/engine.js';
import { LivepushError } from '../errors.js';

/**
 * Reads requests line by line and carries them out; an argument is printable text with other bytes as octal escapes, so
 * that no path is ever part of a script. A request is its name, the number of its arguments, and the arguments.
 */
const SCRIPT = `
nl='\n' tab='\t'
while IFS= read -r op && IFS= read -r n; do
  set --
  while [ "$n" -gt 0 ]; do
    IFS= read -r arg
    arg=$(printf '%b.' "$arg")
    set -- "$@" "\${arg%.}"
    n=$((n - 1))
  done
  case $op in
    remove) rm -rf -- "$@" 2>&1 | tail -n 1 | tr '\\n' ' ' ;;
    move) { rm -rf -- "$2" && mkdir -p -- "\${2%/*}/" && mv -- "$1" "$2"; } 2>&1 | tail -n 1 | tr '\\n' ' ' ;;
    stat) stat -c '%f %s %Y %u %g %n' -- "$@" 2>/dev/null | tr '\\n' '\\t' ;;
    hash) sha256sum -- "$@" 2>/dev/null | tr '\\n' '\\t' ;;
    list)
      for dir do
        printf '/\\t'
        for path in "$dir"/* "$dir"/.[!.]* "$dir"/..?*; do
          case $path in *"$nl"* | *"$tab"*) continue ;; esac
          { [ -e "$path" ] || [ -L "$path" ]; } && printf '%s\\t' "\${path##*/}"
        done
      done ;;
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
  esac
  printf '\\n'
done`;

/** Paths looked at with one command: their names have to fit on its command line. */
const STAT_CHUNK = 1000;
const STAT_LINE = /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (.*)$/;

/** A path as `stat` tells it. */
export interface ShellStat {
  /** With the bits of the file type. */
  readonly mode: number;
  /** Bytes; of a link, the length of its target. */
  readonly size: number;
  /** Seconds. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
}

const NAME = /[A-Za-z0-9_./@+=,:-]/;

/** An argument as the script reads it: every byte but the plain ones as an octal escape. */
export function encodeArgument(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const c = String.fromCharCode(byte);
    out += NAME.test(c) ? c : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return out;
}

/** A request that waits for its answer. */
interface Waiter {
  readonly resolve: (line: string) => void;
  readonly reject: (error: unknown) => void;
}

/** One run of the script: a line for each request, until the process ends. */
class Session {
  readonly #process: ExecProcess;
  #waiter: Waiter | undefined;
  #over: { readonly error: unknown } | undefined;

  constructor(process: ExecProcess) {
    this.#process = process;
    process.stderr.resume();
    process.stdin.on('error', () => {});
    createInterface({ input: process.stdout }).on('line', (line) => this.#waiter?.resolve(line));
    process.exit.then(
      (code) => this.#end(ended(code)),
      (error: unknown) => this.#end(error),
    );
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  ask(request: readonly (string | number)[]): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over.error);
      this.#waiter = { resolve, reject };
      this.#process.stdin.write(`${request.join('\n')}\n`);
    });
  }

  close(): void {
    this.#end(new LivepushError('container-lost', 'The helper shell in the container was closed.'));
    this.#process.stdin.end();
    this.#process.destroy();
  }

  #end(error: unknown): void {
    this.#over ??= { error };
    this.#waiter?.reject(error);
  }
}

const ended = (code: number): LivepushError =>
  code === 126 || code === 127
    ? new LivepushError('container-refused', 'The container has no shell (/bin/sh), which removing files needs.')
    : new LivepushError('container-lost', `The helper shell in the container ended (code ${code}).`);

/** One long-lived shell in a container for small commands: a tenth of what an exec each would cost. Opened when first needed. */
export class ContainerShell {
  readonly #container: () => Promise<Container>;
  #session: Promise<Session> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(container: () => Promise<Container>) {
    this.#container = container;
  }

  /** Removes paths with all below them; one that is not there is no error. Throws `container-refused` when something stays. */
  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const trouble = (await this.#request('remove', paths)).trim();
    if (trouble) {
      throw new LivepushError(
        'container-refused',
        `The container could not remove what is gone from the context: ${trouble}.`,
      );
    }
  }

  /** Moves a path; what stands at `to` is removed, missing parents are made. */
  async move(from: string, to: string): Promise<void> {
    const trouble = (await this.#request('move', [from, to])).trim();
    if (trouble) throw new LivepushError('container-refused', `The container could not move ${from}: ${trouble}.`);
  }

  /** Looks at paths, links themselves; what is not there, or cannot be told by its name, is missing in the answer. */
  async stat(paths: readonly string[]): Promise<Map<string, ShellStat>> {
    const plain = paths.filter((path) => !/[\t\n]/.test(path));
    const found = new Map<string, ShellStat>();
    for (let i = 0; i < plain.length; i += STAT_CHUNK) {
      const answer = await this.#request('stat', plain.slice(i, i + STAT_CHUNK));
      for (const line of answer.split('\t')) {
        const [, mode = '', size, mtime, uid, gid, path] = STAT_LINE.exec(line) ?? [];
        if (path === undefined) continue;
        const numbers = { size: Number(size), mtime: Number(mtime), uid: Number(uid), gid: Number(gid) };
        found.set(path, { mode: Number.parseInt(mode, 16), ...numbers });
      }
    }
    return found;
  }

  /** SHA-256 digests (base64) of files; what cannot be read, or told by its name, is missing, and all where there is no such command. */
  async hash(paths: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const plain = paths.filter((path) => !/[\t\n\\]/.test(path));
    for (let i = 0; i < plain.length; i += STAT_CHUNK) {
      const answer = await this.#request('hash', plain.slice(i, i + STAT_CHUNK));
      for (const line of answer.split('\t')) {
        const [, digest, path] = /^([0-9a-f]{64}) [ *](.*)$/.exec(line) ?? [];
        if (digest && path !== undefined) found.set(path, Buffer.from(digest, 'hex').toString('base64'));
      }
    }
    return found;
  }

  /** Names directly in each of these directories; none for what is no directory. */
  async list(directories: readonly string[]): Promise<Map<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    for (let i = 0; i < directories.length; i += STAT_CHUNK) {
      const chunk = directories.slice(i, i + STAT_CHUNK);
      // a slash cannot be in a name: it says where the names of the next directory begin
      const parts = (await this.#request('list', chunk)).split('/\t').slice(1);
      for (const [at, part] of parts.entries()) {
        const names = part.split('\t').filter((name) => name !== '');
        found.set(chunk[at] ?? '', names);
      }
    }
    return found;
  }

  /** Ends a process group, and all processes of its session, at once. */
  async endGroup(leader: number): Promise<void> {
    await this.#request('end', [String(leader)]);
  }

  /**
   * Signals that process 1 catches, or blocks to wait for them, as a bit mask: bit 0 is signal 1. An init takes them all:
   * while it waits for signals the kernel shows none of them.
   */
  async handledSignals(): Promise<bigint> {
    const masks = (await this.#request('signals', [])).trim().split(/\s+/);
    return masks.reduce((all, mask) => all | BigInt(`0x${mask || '0'}`), 0n);
  }

  /** Ends the session; the next request opens another. */
  close(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.then(
      (open) => open.close(),
      () => {},
    );
  }

  #request(op: string, args: readonly string[]): Promise<string> {
    const answer = this.#turn.then(() => this.#ask(op, args));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async #ask(op: string, args: readonly string[]): Promise<string> {
    // the process of a session ends with the container's: before anything was asked, another one will do
    if (
      await this.#session?.then(
        ({ isOver }) => isOver,
        () => true,
      )
    )
      this.close();
    this.#session ??= this.#open();
    try {
      return await (await this.#session).ask([op, args.length, ...args.map(encodeArgument)]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #open(): Promise<Session> {
    const container = await this.#container();
    return new Session(await container.exec({ argv: ['/bin/sh', '-c', SCRIPT], user: '0', stdin: true }));
  }
}
