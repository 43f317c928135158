/** Takes back one thing that was done. */
export type Undo = () => Promise<void>;

/** Takes back all that can be, the last first. Throws what went wrong first. */
export async function takeBack(undo: readonly Undo[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
