import { pushSettings } from '../compose/livepush-options.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Stage } from '../dockerfile/model.js';
import type { EventSink } from '../events.js';
import { noPushes } from '../plan/no-pushes.js';
import { reportDiagnostics } from './report-diagnostics.js';
import type { LiveModel } from './service-model.js';

type Asked = Pick<LiveModel, 'build'>;

/** Names of the services whose edits lead to pushes; says of the others why theirs do not. */
export function announced(
  services: readonly { readonly name: string; readonly model: LiveModel; readonly stages: readonly Stage[] }[],
  { sink, baseServices }: { sink: EventSink; baseServices: ReadonlyMap<string, readonly unknown[]> },
): string[] {
  return services.flatMap(({ name, model, stages }) => {
    // an edit of what it is built on is a rebuild
    const notice = baseServices.get(name)?.length ? undefined : pushlessNotice(model, stages);
    if (notice) reportDiagnostics(sink, [notice]);
    return notice ? [] : [name];
  });
}

/** Says of a service that no edit of its build context changes anything in its containers; undefined where one may. */
function pushlessNotice({ build }: Asked, stages: readonly Stage[]): Diagnostic | undefined {
  const { service, dockerfilePath: file, additionalFolders } = build;
  // an edit of these is a rebuild
  if (additionalFolders.length > 0 || pushSettings(service).settings.restartsUnderMounts) return undefined;
  const hides = ({ type, readOnly }: (typeof service.mounts)[number]): boolean => type !== 'volume' || readOnly;
  const found = noPushes(
    stages,
    service.mounts.map((mount) => ({ destination: mount.target, bind: hides(mount) })),
  );
  if (found === undefined) return undefined;
  const why =
    found.kind === 'unread'
      ? 'no step of its Dockerfile reads its build context'
      : `all that its Dockerfile copies lies under ${found.mounts.length === 1 ? 'a mount' : 'mounts'} (${found.mounts.join(', ')}), where it is hidden`;
  const message = `Service ${service.name} gets no pushes: ${why}.`;
  return { code: 'no-pushes', severity: 'note', message, service: service.name, file };
}

/** Says of a service that its `develop.watch` rules are passed over. */
export function watchRulesNotice({ build: { service } }: Asked): Diagnostic[] {
  if (!service.hasWatchRules) return [];
  const message = `The develop.watch rules of service ${service.name} are passed over: pushes follow its Dockerfile.`;
  return [{ code: 'watch-rules', severity: 'note', message, service: service.name }];
}
