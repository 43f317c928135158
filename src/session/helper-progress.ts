import { givenStage, wholeTarget } from '../compose/whole-context.js';

/** What the output of a build of helper images has told so far. */
export interface HelperProgress {
  /** Takes the next line. */
  take(line: string): void;
  /** True when a step was carried out: the cache of the services' own builds did not have it. */
  readonly executed: boolean;
  /** True when no image that is being built reads the context any more. */
  readonly hasRead: boolean;
}

/** `#8 [web-livepush-stage-0 made 2/3] COPY a b`: a step, in the stage of that name. */
const step = /^#(\d+) \[(?:[^\]]*? )??(?:([^\s\]]+) )?\d+\/\d+\] (?:RUN|COPY|ADD|WORKDIR)\b/;
const ended = /^#(\d+) (CACHED|DONE)/;
/** All steps of an image are done. */
const exporting = /^#(\d+) (?:\[[^\]]*\] )?exporting to /;

/** @param images how many are built */
export function helperProgress(images: number): HelperProgress {
  const steps = new Set<string>();
  const exported = new Set<string>();
  let executed = false;
  return {
    take(line) {
      const [, number, stage] = step.exec(line) ?? [];
      // what a stage by itself is given of the context besides is read by no step
      if (number !== undefined && stage !== givenStage && stage !== wholeTarget) steps.add(number);
      const [, finished = '', how] = ended.exec(line) ?? [];
      if (how === 'DONE' && steps.has(finished)) executed = true;
      if (how === 'CACHED') steps.delete(finished);
      const [, image] = exporting.exec(line) ?? [];
      if (image !== undefined) exported.add(image);
    },
    get executed() {
      return executed;
    },
    get hasRead() {
      return exported.size >= images;
    },
  };
}
