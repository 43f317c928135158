import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';

/** How a program is run in a terminal. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /** Words of a shell command. */
  readonly command: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A program in a pseudo terminal of the system, with a terminal without a window at its other end. */
export class RealTerminal {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'livepush-tty-'));
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<number>;
  /** All that the program wrote. */
  written = '';

  constructor({ columns, rows, command, cwd = process.cwd(), env = {} }: TerminalOptions) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const device = join(this.#folder, 'device');
    const line = `tty > ${device}; stty cols ${columns} rows ${rows}; ${command}`;
    const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...surroundings } = process.env;
    this.#child = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
      cwd,
      env: { ...surroundings, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.written += chunk.toString('latin1');
      this.#terminal.write(chunk, () => this.#wake());
    });
    this.#ended = once(this.#child, 'close').then(([code]) => code ?? 1);
    void this.#ended.then(() => this.#wake());
  }

  /** The lines on the screen, without blank ones at its end. */
  get screen(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: this.#terminal.rows }, (_, i) => active.getLine(active.viewportY + i));
    return lines
      .map((line) => line?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  }

  /** Whether the cursor is hidden, which an ended program must not leave behind. */
  get isCursorHidden(): boolean {
    return this.written.lastIndexOf('\u001b[?25l') > this.written.lastIndexOf('\u001b[?25h');
  }

  /** Types a text, control characters too. */
  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** As when the user drags the corner of the window. */
  resize(columns: number, rows: number): void {
    const device = readFileSync(join(this.#folder, 'device'), 'utf8').trim();
    execFileSync('stty', ['-F', device, 'cols', String(columns), 'rows', String(rows)]);
    this.#terminal.resize(columns, rows);
  }

  /** Resolves to the screen once it has this on it. Throws when it has not in time, or when the program has ended. */
  async until(pattern: RegExp): Promise<string> {
    let isEnded = false;
    void this.#ended.then(() => {
      isEnded = true;
    });
    const limit = AbortSignal.timeout(60_000);
    while (!pattern.test(this.screen)) {
      if (isEnded || limit.aborted) throw new Error(`There was no ${pattern} on the screen:\n${this.screen}`);
      await this.#next(limit);
    }
    return this.screen;
  }

  /** Resolves to the exit code of the program. */
  ended(): Promise<number> {
    return this.#ended;
  }

  /** Ends the program if it runs. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #next(limit: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        limit.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      limit.addEventListener('abort', wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
