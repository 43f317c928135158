import type { Container } from '../docker/engine.js';

/** How programs say that they have to be process 1: s6-overlay, runit, busybox, systemd and others. */
const DEMANDS = /\b(?:pid|process)(?:[ =:#]+(?:no\.?|number|id|#)?[ =:#]*|#)1\b|not been booted with systemd/i;

/** Milliseconds in which what a process has printed before its end is read. */
const PATIENCE = 2000;

/** True for a line in which a program says that it has to be process 1. */
export const demandsFirst = (line: string): boolean => DEMANDS.test(line);

/**
 * What the main process has said against not being process 1, since the one before it ended; undefined where it has not. When
 * the container was started is no limit: the engine notes that a moment after the process has begun, and may have printed.
 */
export async function readDemand(
  container: Pick<Container, 'inspect' | 'followLogs'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { running, finishedAt } = await container.inspect();
  const found = new AbortController();
  let demand: string | undefined;
  const onLine = ({ text }: { text: string }): void => {
    if (!demandsFirst(text)) return;
    demand ??= text.trim();
    found.abort();
  };
  const ends = AbortSignal.any([signal, found.signal, AbortSignal.timeout(PATIENCE)]);
  await container.followLogs({ ...(running && finishedAt && { since: finishedAt }), signal: ends, onLine });
  return demand;
}
