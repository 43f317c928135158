import type { BuildRequest, ComposeCliOptions, DownRequest, StopRequest, UpRequest } from './compose-requests.js';

/** Options of compose itself, in front of `-f` and the command. */
export const globalArgs = ({ projectName, projectDirectory, profiles, envFiles }: ComposeCliOptions): string[] => [
  ...['--ansi', 'never', '--progress', 'plain'],
  ...(projectName === undefined ? [] : ['--project-name', projectName]),
  ...(projectDirectory === undefined ? [] : ['--project-directory', projectDirectory]),
  ...profiles.flatMap((profile) => ['--profile', profile]),
  ...envFiles.flatMap((file) => ['--env-file', file]),
];

/** Options of `build`. */
export const buildFlags = ({ noCache }: BuildRequest): string[] => (noCache ? ['--no-cache'] : []);

/** Options of `up`. */
export const upFlags = (request: UpRequest): string[] => {
  const { noBuild, noDeps, forceRecreate, noRecreate, wait, scale = new Map() } = request;
  return [
    ...(noBuild ? ['--no-build'] : []),
    ...(noDeps ? ['--no-deps'] : []),
    ...(forceRecreate ? ['--force-recreate'] : []),
    ...(noRecreate ? ['--no-recreate'] : []),
    ...(wait ? ['--wait'] : []),
    ...Array.from(scale, ([service, count]) => `--scale=${service}=${count}`),
  ];
};

/** Option of `stop` and `down`. */
export const timeoutFlag = ({ timeout }: StopRequest): string[] =>
  timeout === undefined ? [] : ['--timeout', `${timeout}`];

/** Options of `down` besides. */
export const downFlags = ({ volumes, removeOrphans }: DownRequest): string[] => [
  ...(volumes ? ['--volumes'] : []),
  ...(removeOrphans ? ['--remove-orphans'] : []),
];
