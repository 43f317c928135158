/** What the output of a build of helper images has told so far. */
export interface HelperProgress {
  /** Takes the next line. */
  take(line: string): void;
  /** True when no image that is being built reads the context any more. */
  readonly hasRead: boolean;
}

/** All steps of an image are done: `#12 [web-livepush-stage-0] exporting to image`. */
const exporting = /^#(\d+) (?:\[[^\]]*\] )?exporting to /;

/** @param images how many are built */
export function helperProgress(images: number): HelperProgress {
  const exported = new Set<string>();
  return {
    take(line) {
      const [, image] = exporting.exec(line) ?? [];
      if (image !== undefined) exported.add(image);
    },
    get hasRead() {
      return exported.size >= images;
    },
  };
}
