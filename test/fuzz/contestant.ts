import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../src/errors.js';
import { type BuildResult, cleanBuild, imageFileSystem } from '../helpers/clean-build.js';
import { differences, type FileSystem, readFileSystem } from '../helpers/file-system.js';
import type { LiveProject } from '../helpers/live-project.js';
import { applyChange, exists } from './apply-change.js';
import { Snapshot } from './as-before.js';
import { contextOf, GUARD_FILE } from './case-folders.js';
import { describeCase } from './describe-case.js';
import type { Burst, FuzzCase } from './model.js';
import { UsersFiles } from './users-files.js';
import { type Texts, writeDockerfile } from './write-dockerfile.js';

/** How a case ended. */
export type Verdict =
  /** The first build fails: there is nothing to keep live. */
  | { readonly kind: 'unbuildable'; readonly reason: string }
  /** `checked` bursts were held against a clean build; of `refused` a clean build fails. */
  | { readonly kind: 'equal'; readonly checked: number; readonly refused: number }
  | { readonly kind: 'wrong'; readonly burst: number; readonly findings: readonly string[] };

/** Milliseconds in which a push has to begin after an edit, or after another push. */
const PATIENCE = 4000;

/** Steps that are left out of a case before it is given up. */
const MOST_FAULTS = 3;

/** A case as a service of a compose project. */
export class Contestant {
  readonly service: string;
  readonly input: FuzzCase;
  readonly texts: Texts;
  readonly #context: string;
  readonly #users: UsersFiles;
  /** What the containers were when they were right the last time, and how many events there were by then. */
  #good: { readonly system: FileSystem; readonly events: number } | undefined;
  /** How the containers were before the burst that is being played. */
  #before: Snapshot | undefined;
  verdict: Verdict = { kind: 'equal', checked: 0, refused: 0 };

  constructor(options: { service: string; input: FuzzCase; texts: Texts; context: string; users: UsersFiles }) {
    this.service = options.service;
    this.input = options.input;
    this.texts = options.texts;
    this.#context = options.context;
    this.#users = options.users;
  }

  /** Writes the case into a folder of the project, and builds it; a step that the build fails at is left out. */
  static async create(project: LiveProject, service: string, input: FuzzCase): Promise<Contestant> {
    const context = join(project.folder, contextOf(project, service));
    await mkdir(context);
    const users = await UsersFiles.create(project, service, input);
    for (const change of input.tree) await applyChange(context, change);
    if (isGuarded(input)) await writeFile(join(context, GUARD_FILE), '0\n');
    if (input.ignore.length > 0) await writeFile(join(context, '.dockerignore'), `${input.ignore.join('\n')}\n`);
    const faulty = new Set<string>();
    for (;;) {
      const texts = writeDockerfile(input, { exists: (path) => exists(join(context, path)), faulty });
      await writeFile(join(context, 'Dockerfile'), texts.dockerfile);
      const contestant = new Contestant({ service, input, texts, context, users });
      const built = await contestant.#build();
      if (built.ok) {
        await project.engine.removeImage(built.image);
        return contestant;
      }
      const line = faultyLine(built.reason);
      if (line === undefined || faulty.has(line) || faulty.size === MOST_FAULTS) {
        contestant.verdict = { kind: 'unbuildable', reason: built.reason };
        return contestant;
      }
      faulty.add(line);
    }
  }

  get inPlay(): boolean {
    return this.verdict.kind === 'equal';
  }

  describe(): string {
    return describeCase(this.input, this.texts);
  }

  /** Compares what the session has started with a clean build. */
  async checkStart(project: LiveProject): Promise<void> {
    await this.#users.begin(await project.containers(this.service));
    await this.#judge(project, 0, project.events.length);
  }

  /** Does a burst of edits, and waits until the container is what a clean build gives. */
  async play(project: LiveProject, burst: Burst, number: number): Promise<void> {
    const { changes, interrupts, spoils } = burst;
    const since = project.events.length;
    this.#before = await Snapshot.take(await project.containers(this.service));
    const half = Math.ceil(changes.length / 2);
    for (const [index, change] of changes.entries()) {
      if (interrupts !== undefined && index === half && (await this.#moves(project, since))) await delay(interrupts);
      await applyChange(this.#context, change);
    }
    if (spoils !== undefined) {
      await delay(spoils);
      await this.#guard('BROKEN\n');
      await this.#judge(project, number, since);
      await this.#guard(`${number}\n`);
    }
    await this.#judge(project, number, since);
  }

  #guard(text: string): Promise<void> {
    return writeFile(join(this.#context, GUARD_FILE), text);
  }

  /** What goes wrong here is the case's own fault, as long as the session goes on for the others. */
  async #judge(project: LiveProject, burst: number, since: number): Promise<void> {
    try {
      await this.#check(project, burst, since);
    } catch (error) {
      if (project.fault === undefined) this.#fails(project, { burst, since, findings: [messageOf(error)] });
    }
  }

  #fails(project: LiveProject, found: { burst: number; since: number; findings: readonly string[] }): void {
    const { burst, since, findings } = found;
    const events = project.events.slice(since).filter((event) => 'service' in event && event.service === this.service);
    const told = events.filter(({ type }) => type !== 'buildOutput').map((event) => `event ${JSON.stringify(event)}`);
    this.verdict = { kind: 'wrong', burst, findings: [...findings, ...told] };
  }

  async #check(project: LiveProject, burst: number, since: number): Promise<void> {
    if (this.verdict.kind !== 'equal') return;
    let { ok, findings } = await this.#hold(project, since, await this.#build());
    // a cached layer can hide that the build would fail now
    if (ok && findings.length > 0 && !(await this.#buildsAnew(project))) {
      ok = false;
      findings = await this.#survives(project, since);
    }
    const { checked, refused } = this.verdict;
    if (findings.length > 0) this.#fails(project, { burst, since, findings });
    else if (ok) this.verdict = { kind: 'equal', checked: checked + 1, refused };
    else this.verdict = { kind: 'equal', checked, refused: refused + 1 };
  }

  /** What is wrong with the containers, given how a build went. */
  async #hold(project: LiveProject, since: number, built: BuildResult): Promise<{ ok: boolean; findings: string[] }> {
    if (!built.ok) return { ok: false, findings: await this.#survives(project, since) };
    const findings = await this.#compare(project, built.image);
    await project.engine.removeImage(built.image);
    return { ok: true, findings };
  }

  async #buildsAnew(project: LiveProject): Promise<boolean> {
    const built = await this.#build('--no-cache');
    if (built.ok) await project.engine.removeImage(built.image);
    return built.ok;
  }

  #build(...flags: string[]): Promise<BuildResult> {
    return cleanBuild({
      context: this.#context,
      dockerfile: this.texts.live,
      flags,
      ...(this.texts.target !== undefined && { target: this.texts.target }),
      ...(this.input.argument !== undefined && { args: { V: this.input.argument } }),
    });
  }

  /** Gives what differs when the session has come to rest. A push can have any number of parts: the last one counts. */
  async #compare(project: LiveProject, image: string): Promise<string[]> {
    const expected = await imageFileSystem(project.engine, image);
    for (;;) {
      await project.settled(this.service);
      const seen = project.events.length;
      const found = [
        ...(await this.#difference(project, expected)),
        ...this.#missingRestarts(project, expected),
        ...(await this.#users.harm(await project.containers(this.service), { rebuilt: this.#wasRebuilt(project) })),
      ];
      if (found.length === 0) this.#good = { system: expected, events: seen };
      if (found.length === 0 || !(await this.#moves(project, seen))) return found;
    }
  }

  /** Without a live command every push that changes something restarts every replica. */
  #missingRestarts({ events }: LiveProject, expected: FileSystem): string[] {
    const good = this.#good;
    if (!good || this.texts.dockerfile.includes('#dev-cmd-live')) return [];
    const shown = (system: FileSystem) => this.#users.shown(system, { rebuilt: true });
    if (differences(shown(good.system), shown(expected)).length === 0) return [];
    const since = events.slice(good.events).filter((event) => 'service' in event && event.service === this.service);
    if (since.some(({ type }) => type === 'rebuildEnd')) return [];
    const restarted = since.flatMap((event) => (event.type === 'containerRestart' ? [event.containerId] : []));
    return new Set(restarted).size === this.input.replicas ? [] : ['Not every main process has been restarted.'];
  }

  async #difference(project: LiveProject, expected: FileSystem): Promise<string[]> {
    const containers = await project.containers(this.service);
    const found = await Promise.all(
      containers.map(async (container) => {
        const rebuilt = this.#wasRebuilt(project);
        const got = this.#users.shown(await readFileSystem(container), { rebuilt, expected });
        const wanted = this.#users.shown(expected, { rebuilt });
        return differences(wanted, rebuilt ? withModesOf(got, wanted) : got);
      }),
    );
    const wrong = found.flatMap((lines, index) =>
      lines.map((line) => (index === 0 ? line : `replica ${index + 1}: ${line}`)),
    );
    return containers.length === this.input.replicas ? wrong : [`There are ${containers.length} containers.`, ...wrong];
  }

  #wasRebuilt({ events }: LiveProject): boolean {
    return events.some((event) => event.type === 'rebuildStart' && event.service === this.service);
  }

  /** A clean build fails, and so may the push; but the old process goes on, with the files it had. */
  async #survives(project: LiveProject, since: number): Promise<string[]> {
    await this.#moves(project, since);
    await project.settled(this.service);
    const containers = await project.containers(this.service);
    const { running } = await (await project.container(this.service)).inspect();
    const own = project.events.slice(since).filter((event) => 'service' in event && event.service === this.service);
    const before = this.#before?.isToHold(own) ? await this.#before.differences() : [];
    const harm = await this.#users.harm(containers, { rebuilt: this.#wasRebuilt(project) });
    return [...(running ? [] : ['The container does not run any more.']), ...before, ...harm];
  }

  /** True when there is an event of the service after so many others, soon. */
  #moves(project: LiveProject, seen: number): Promise<boolean> {
    const isOwn = (event: object): boolean => 'service' in event && event.service === this.service;
    const moved = () => project.events.slice(seen).some(isOwn) || undefined;
    return project.log.until(moved, { what: 'an event', within: PATIENCE }).catch(() => false);
  }
}

const isGuarded = ({ bursts }: FuzzCase): boolean => bursts.some(({ spoils }) => spoils !== undefined);

/** The step that a build says it failed at. */
const faultyLine = (reason: string): string | undefined => /^ *\d+ \| >>> +((?:COPY|ADD|RUN) .*)$/m.exec(reason)?.[1];

/** With the modes that directories have elsewhere: see `cleanBuild` for why a rebuild can leave old ones. */
const withModesOf = (system: FileSystem, other: FileSystem): FileSystem =>
  new Map(
    Array.from(system, ([path, seen]) => {
      const there = other.get(path);
      return [path, seen.kind === 'directory' && there?.kind === 'directory' ? { ...seen, mode: there.mode } : seen];
    }),
  );
