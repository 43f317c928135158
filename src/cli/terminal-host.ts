import { readFileSync } from 'node:fs';

/** What a program that takes over a terminal needs of its process. */
export interface TerminalHost {
  /** False for a job in the background: the system stops one that asks the terminal for keys. */
  isInForeground(): boolean;
  /** Sends a signal to all that were started from the same command line, as the terminal does on Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Runs something when the process ends, however it does, or crashes. Gives a function that calls it off. */
  onExit(run: () => void): () => void;
  /** Runs something when the process goes on after Ctrl-Z. Gives a function that calls it off. */
  onContinue(run: () => void): () => void;
}

/** The terminal's side of a process. */
export const terminalHost = (process: NodeJS.Process): TerminalHost => ({
  isInForeground,
  signalGroup: (signal) => process.kill(0, signal),
  onExit: (run) => {
    // the monitor comes before the text of the crash
    const names = ['exit', 'uncaughtExceptionMonitor'] as const;
    for (const name of names) process.on(name, run);
    return () => {
      for (const name of names) process.off(name, run);
    };
  },
  onContinue: (run) => {
    process.on('SIGCONT', run);
    return () => process.off('SIGCONT', run);
  },
});

/** Linux lists for each process its own group and the one that its terminal listens to; elsewhere nobody tells. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
    return group === foreground;
  } catch {
    return true;
  }
}
