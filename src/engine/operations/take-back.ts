import { Unbroken } from '../unbroken.js';

/** Takes back one thing that was done. */
export type Undo = () => Promise<void>;

interface TakingBack {
  readonly undo: readonly Undo[];
  readonly unbroken?: Unbroken | undefined;
  /** Told when something could not be taken back. */
  readonly onStuck?: () => void;
}

/**
 * Works, and takes back what was added to `undo` meanwhile. Throws what the work throws, else what went wrong with taking back.
 */
export async function takingBack<Result>(
  { undo, unbroken = new Unbroken(), onStuck }: TakingBack,
  work: () => Promise<Result>,
): Promise<Result> {
  const goBack = (): Promise<void> =>
    unbroken
      .during(() => takeBack(undo))
      .catch((error: unknown) => {
        onStuck?.();
        throw error;
      });
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    // the first fault is the one to tell of
    await goBack().catch(() => {});
    throw error;
  }
  await goBack();
  return result;
}

/** Takes back all that can be, the last first. Throws what went wrong first. */
async function takeBack(undo: readonly Undo[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
