import type { Container } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { ContainerShell } from '../shell/container-shell.js';
import { shellScript } from '../shell/shell-script.js';
import type { ShellProgram } from '../shell/shell-session.js';
import { type FoundPath, parseFound } from './found-paths.js';
import { MARKS, MEMORY, NOT_OF_IMAGE, STORE } from './own-paths.js';
import { StepAhead } from './step-ahead.js';

/** `find` goes round these. */
const prune = `\\( ${NOT_OF_IMAGE.map((path) => `-path ${path}`).join(' -o ')} \\) -prune -o`;

/**
 * Of GNU's `find`, which knows change times, or of any other one with `stat` and `awk`. Each path is ended by a byte 2; a
 * line break in a name is a byte 1.
 */
const operations = `
    mark)
      name=$1
      shift
      [ $# = 0 ] || rm -f -- "$@"
      [ -d ${MARKS} ] || mkdir -p ${MARKS}
      : >"$name" && printf %s "$(stat -c '%Z %z' -- "$name")" ;;
    changes)
      if [ -n "$(find ${STORE} -maxdepth 0 \\( -newercm ${STORE} -o -true \\) -printf x 2>/dev/null)" ]; then
        mark=$1; shift 2
        find "$@" -xdev ${prune} -newercm "$mark" -printf '%y %m %U %G %s %p\\t%l\\0' 2>/dev/null | tr '\\n\\000' '\\001\\002'
      elif command -v find >/dev/null && command -v stat >/dev/null && command -v awk >/dev/null; then
        since=$2; shift 2
        find "$@" -xdev ${prune} -exec stat -c '%Z %f %u %g %s %n' {} + 2>/dev/null | awk -v since="$since" '$1 >= since' | tr '\\n' '\\002'
      else printf none; fi ;;
    below)
      if [ -n "$(find ${STORE} -maxdepth 0 -printf x 2>/dev/null)" ]; then
        find "$@" -xdev -printf '%y %m %U %G %s %p\\t%l\\0' 2>/dev/null | tr '\\n\\000' '\\001\\002'
      else find "$@" -xdev -exec stat -c '%Z %f %u %g %s %n' {} + 2>/dev/null | tr '\\n' '\\002'; fi ;;
    capabilities)
      if command -v getcap >/dev/null; then getcap -- "$@" 2>/dev/null | tr '\\n' '\\t'
      else printf none; fi ;;
    end-all) kill -KILL -1 2>/dev/null ;;
    secret) (umask 077; mkdir -p "\${1%/*}"; printf '%b' "$raw" >"$1") 2>&1 | tr '\\n' ' ' ;;
    own) { chown "$2" "$1" && chmod "$3" "$1"; } 2>&1 | tr '\\n' ' ' ;;
    make)
      { case $2 in file) mkdir -p -- "\${1%/*}/" && : >>"$1" ;; *) mkdir -p -- "$1" ;; esac; } 2>&1 | tr '\\n' ' ' ;;
    bind)
      { mount -o bind "$1" "$2" && { [ "$3" = rw ] || mount -o remount,bind,ro "$1" "$2"; }; } 2>&1 | tr '\\n' ' ' ;;
    memory) mount -t tmpfs -o "$2" tmpfs "$1" 2>&1 | tr '\\n' ' ' ;;
    unmount) { umount "$1" || umount -l "$1"; } >/dev/null 2>&1; mount | grep -F " on $1 " | tr '\\n' ' ' ;;`;

/** With whoever asked gone, nothing of a step goes on, and no secret stays: not where it is still mounted, either. */
const atEnd = `
kill -KILL -1 2>/dev/null
for path in ${MEMORY}/*; do [ -f "$path" ] && : >"$path"; done
rm -rf ${MEMORY}/*`;

/** Seconds, and the same time in words, with a fraction where `stat` knows one. */
const MARK = /^(\d+) (?:[\d-]+ [\d:]+\.(\d{3}))?/;

const program: ShellProgram = { script: shellScript(operations, atEnd), privileged: true };

/** Paths from which on they are handed over in one go. */
const MANY = 1000;

/** A moment in a build container. */
export interface Mark {
  /** A file that was made then. */
  readonly path: string;
  /** Seconds of the kernel's clock. */
  readonly seconds: number;
  /** The same moment in milliseconds. */
  readonly time: number;
}

/** Who may do what, as `chown` and `chmod` take it. */
export interface Access {
  readonly owner: string;
  readonly mode: string;
}

/**
 * The long-lived shell of a build container. It may do more than one in a service's container: everything there is ours,
 * down to the processes.
 */
export class BuildShell extends ContainerShell {
  #marks = 0;
  /** Marks that nobody asks for any more. */
  #forgotten: string[] = [];
  /** Where a search begins: the root, and volumes that the image declares, in which a build writes as anywhere. */
  roots: readonly string[] = ['/'];

  /** The process of a step that waits for an edit. */
  readonly ahead: StepAhead;

  constructor(container: () => Promise<Container>) {
    super(container, program);
    this.ahead = new StepAhead({ container, endAll: () => this.endAll() });
  }

  override close(): void {
    this.ahead.forget();
    super.close();
  }

  /** Marks this moment: `changes` tells what was changed since, this very tick of the clock left out. */
  async mark(): Promise<Mark> {
    const path = `${MARKS}/${this.#marks++}`;
    const [, seconds, fraction = '999'] =
      MARK.exec(await this.request('mark', [path, ...this.#forgotten.splice(0)])) ?? [];
    if (seconds === undefined) throw cannot('keep track of changes', 'its image has no stat');
    return { path, seconds: Number(seconds), time: Number(seconds) * 1000 + Number(fraction) };
  }

  /** Nobody asks for changes since this mark any more. */
  forget({ path }: Mark): void {
    this.#forgotten.push(path);
  }

  /** What was changed or made since a mark: names that are gone show in the change of their directory. Undefined where the image has no tools to tell. */
  async changes({ path, seconds }: Mark): Promise<FoundPath[] | undefined> {
    const answer = await this.request('changes', [path, String(seconds), ...this.roots]);
    return answer === 'none' ? undefined : parseFound(answer);
  }

  /** These paths with all below them. */
  async below(paths: readonly string[]): Promise<FoundPath[]> {
    return paths.length === 0 ? [] : parseFound(await this.request('below', paths));
  }

  /** File capabilities as `getcap` writes them, by path; undefined where the image has no `getcap`. */
  async capabilities(paths: readonly string[]): Promise<Map<string, string> | undefined> {
    if (paths.length === 0) return new Map();
    const asked = new Set(paths);
    const printed =
      paths.length > MANY
        ? await this.inBulk(['getcap', '--'], paths)
        : (await this.request('capabilities', paths)).replaceAll('\t', '\n');
    if (printed === undefined || printed === 'none') return undefined;
    return new Map(
      printed.split('\n').flatMap((line) => {
        const end = line.lastIndexOf(' ');
        // older ones write `path = capabilities`
        const path = line.slice(0, end).replace(/ =$/, '');
        return asked.has(path) ? [[path, line.slice(end + 1)] as const] : [];
      }),
    );
  }

  /** Ends every process but the idle one and this shell, whatever it does about signals. */
  async endAll(): Promise<void> {
    this.ahead.forget();
    await this.request('end-all', []);
  }

  /** Writes a secret to memory. */
  async writeSecret(path: string, content: Buffer, access: Access): Promise<void> {
    await this.#do('keep a secret in memory', 'secret', [path, content]);
    await this.own(path, access);
  }

  async own(path: string, { owner, mode }: Access): Promise<void> {
    await this.#do(`change ${path}`, 'own', [path, owner, mode]);
  }

  /** Makes an empty file or a directory where none is. */
  async make(path: string, kind: 'file' | 'directory'): Promise<void> {
    await this.#do(`make ${path}`, 'make', [path, kind]);
  }

  /** Shows a path at another one. */
  async bind(from: string, to: string, { readOnly }: { readOnly: boolean }): Promise<void> {
    await this.#do(`mount ${to}`, 'bind', [from, to, readOnly ? 'ro' : 'rw']);
  }

  /** Mounts an empty file system that lies in memory. */
  async mountMemory(path: string, options: string): Promise<void> {
    await this.#do(`mount ${path}`, 'memory', [path, options]);
  }

  /** Takes a mount away. */
  async unmount(path: string): Promise<void> {
    await this.#do(`unmount ${path}`, 'unmount', [path]);
  }

  async #do(what: string, operation: string, args: readonly (string | Buffer)[]): Promise<void> {
    const trouble = (await this.request(operation, args)).trim();
    if (trouble) throw cannot(what, trouble);
  }
}

const cannot = (what: string, why: string): LivepushError =>
  new LivepushError('container-refused', `The build container cannot ${what}: ${why}.`);
