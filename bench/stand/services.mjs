/** @typedef {import('./project.mjs').Service} Service */

/** Notes what it finds at its start, and then does nothing; ends at once when it is told to. */
const main = `cat /app/src/version >> /out/started
trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $!; done
`;

const files = { 'main.sh': main, 'src/version': 'v0\n' };
const command = '["sh", "/main.sh"]';
/** What the official images of most languages are made from. */
export const IMAGE = 'debian:bookworm-slim';
const front = [`FROM ${IMAGE}`, 'COPY main.sh /main.sh', 'WORKDIR /app'];

/** @param {string[]} steps */
const dockerfile = (...steps) => `${[...front, ...steps].join('\n')}\n`;

/** What compose watch is to do with changes. @param {string} service @param {string} action */
const watched = (service, action) => ({
  develop: {
    watch: [{ action, path: `./${service}/src`, ...(action !== 'rebuild' && { target: '/app/src' }) }],
  },
});

/** Files only: the process goes on, and would look itself. */
export const visible = 'visible';
/** The process is restarted after a change, by the fastest way that the contestant has. */
export const restarted = 'restarted';
/** The same, by restarting the container. */
export const container = 'container';
/** A step of half a second is run after a change. */
export const steps = 'steps';
/** Seconds that the step takes. */
export const STEP_SECONDS = 0.5;

/** A service like `visible` whose context holds more. @param {Record<string, string>} more @param {string} name @returns {Service} */
export const visibleService = (name, more = {}) => ({
  files: {
    ...files,
    ...more,
    Dockerfile: dockerfile(`#dev-cmd-live=${command}`, 'COPY src/ /app/src/', `CMD ${command}`),
  },
  compose: watched(name, 'sync'),
});

/** The services that are measured; the same Dockerfile for every contestant. @type {() => Record<string, Service>} */
export const measuredServices = () => ({
  [visible]: visibleService(visible),
  [restarted]: {
    files: { ...files, Dockerfile: dockerfile('COPY src/ /app/src/', `CMD ${command}`) },
    compose: watched(restarted, 'sync+restart'),
  },
  [container]: {
    files: { ...files, Dockerfile: dockerfile('COPY src/ /app/src/', `CMD ${command}`) },
    compose: { ...watched(container, 'sync+restart'), 'x-livepush': { restart: 'container' } },
  },
  [steps]: {
    files: {
      ...files,
      Dockerfile: dockerfile(
        'COPY src/ /app/src/',
        `RUN mkdir -p /out && cat /app/src/version >> /out/steps && sleep ${STEP_SECONDS} && cp /app/src/version /app/built`,
        `CMD ${command}`,
      ),
    },
    compose: watched(steps, 'rebuild'),
  },
});
