import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import type { SessionImages } from '../engine/session-images.js';
import type { EventSink } from '../events.js';
import { publishedUrls } from './published-urls.js';
import type { LiveModel } from './service-model.js';

/** What the session of a service is attached to. */
export interface Attachment {
  readonly stages: readonly Stage[];
  readonly images: SessionImages;
  readonly containerIds: readonly string[];
  /** How the main process is restarted; by its container when left out. */
  readonly restartBy?: RestartSetting;
  readonly imageId: string | undefined;
  /** True: the image was there before the session, which compares containers of it with the files. */
  readonly compared: boolean;
}

/** The image that containers run which were there before the session. */
export async function runningImageOf(
  engine: Engine,
  { containerIds: [first], imageId }: Attachment,
): Promise<string | undefined> {
  return first === undefined ? imageId : (await engine.container(first).inspect()).imageId;
}

interface ReportOptions extends Pick<Attachment, 'stages' | 'containerIds'> {
  readonly model: LiveModel;
  readonly engine: Engine;
  readonly sink: EventSink;
}

/** Tells which containers get pushes from now on, and where they can be reached. */
export async function reportAttached({ model, stages, containerIds, engine, sink }: ReportOptions): Promise<void> {
  // one that is gone by now is heard of soon
  const infos = await Promise.allSettled(containerIds.map((id) => engine.container(id).inspect()));
  const urls = publishedUrls(
    infos.flatMap((info) => (info.status === 'fulfilled' ? info.value : [])),
    engine.host,
  );
  void sink({
    type: 'attached',
    service: model.build.service.name,
    containerIds,
    stages: stages.map((stage) => stage.name ?? String(stage.index)),
    liveCommand: model.liveCommand?.value ?? null,
    ...(urls.length > 0 && { urls }),
  });
}
