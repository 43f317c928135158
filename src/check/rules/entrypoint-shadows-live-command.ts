import { rule } from '../rule.js';
import { placeOfLines } from '../tokens.js';

/** An `entrypoint:` of the service. Docker drops the image's CMD, and with it the live command, where one is given. */
export const entrypointShadowsLiveCommand = rule(
  {
    id: 'entrypoint-shadows-live-command',
    severity: 'error',
    summary: 'The entrypoint of a service in the compose file keeps its live command from running.',
  },
  (files, { service: { name, entrypoint, placeOf } }) => {
    const { liveCommand } = files.live;
    if (liveCommand === undefined || entrypoint === undefined) return [];
    const live = `${files.dockerfile.file}:${liveCommand.line}`;
    const place = placeOf('entrypoint') ?? placeOfLines(files, { line: liveCommand.line, endLine: liveCommand.line });
    if (entrypoint.length === 0) return [];
    return [
      {
        message: `Service ${name} has an entrypoint here: Docker runs it without the live command of ${live}.`,
        hint: 'Take entrypoint out of the compose file, or write what it does into the Dockerfile.',
        place,
      },
    ];
  },
);
