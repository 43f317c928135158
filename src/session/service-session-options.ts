import type { Engine } from '../docker/engine.js';
import type { EngineSettings } from './open-engine.js';
import type { SeenFilesNote } from './seen-files.js';

/** What a service's session works with. */
export interface ServiceSessionOptions extends EngineSettings {
  /** Ends with the signal. */
  readonly engine: Engine;
  /** What paths are shown relative to. */
  readonly cwd: string;
  /** Milliseconds. */
  readonly debounceMs: number;
  /** True: looks at the files again and again, and watches nothing. */
  readonly poll: boolean;
  /** What earlier sessions noted of the containers; written again at the end, unless it is undefined. */
  readonly note: SeenFilesNote | undefined;
  readonly signal: AbortSignal;
  /** How many pushes of the service there were before. */
  readonly pushes: number;
  /** Files of the build context changed, and are handed over unless `hold` is called. */
  readonly onEdits: () => void;
  /** A file was saved while something is to be tried again. */
  readonly onSave: (wanted: { readonly reason: string; readonly insists: boolean }) => void;
  /** The service has to be built anew, for what `outdated` says. */
  readonly onOutdated: () => void;
}
