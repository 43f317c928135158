import type { Stage, Step } from '../dockerfile/model.js';

/** A step, and the stage that it is looked at in. */
export interface PlacedStep {
  readonly stage: Stage;
  readonly step: Step;
}

/** The steps of all stages. A step that several stages share (FROM a stage) comes once for each line. */
export function eachStep(
  stages: readonly Stage[],
  isWanted: (placed: PlacedStep) => boolean = () => true,
): PlacedStep[] {
  const seen = new Set<string>();
  return stages.flatMap((stage) =>
    stage.steps.flatMap((step) => {
      const key = `${step.line} ${step.text}`;
      if (seen.has(key) || !isWanted({ stage, step })) return [];
      seen.add(key);
      return [{ stage, step }];
    }),
  );
}
