import test from 'ava';
import { readProject } from '../../src/compose/project.js';
import { buildGroups, findBaseServices } from '../../src/session/base-services.js';
import { buildRecipe, liveModel } from '../../src/session/service-model.js';

/** The services that each one is built from, in order, of a project with these Dockerfiles by service. */
function bases(services: Readonly<Record<string, string>>, lines: Readonly<Record<string, string>> = {}) {
  const parts = Object.keys(services).map((name) => `  ${name}: {build: {context: /${name}${lines[name] ?? ''}}}`);
  const project = readProject(`name: shop\nservices:\n${parts.join('\n')}\n`);
  const recipes = project.services.flatMap((service) => {
    const { build: spec } = service;
    if (!spec) return [];
    const texts = { dockerfilePath: 'Dockerfile', dockerfileText: services[service.name] ?? '', additionalFolders: [] };
    const build = { ...texts, service, spec, ignorePath: undefined, ignoreText: undefined, ignoreIsOwn: false };
    return [buildRecipe(build, liveModel(build, { platform: 'linux/amd64' }))];
  });
  return findBaseServices(project, recipes);
}

const names = (found: ReturnType<typeof bases>) =>
  Object.fromEntries(Array.from(found, ([service, list]) => [service, list.map(({ name }) => name)]));

test('FROM, COPY --from and a mount name the image of another service; an unneeded stage names nothing', (t) => {
  const found = bases({
    base: 'FROM busybox\n',
    tools: 'FROM busybox\n',
    assets: 'FROM busybox\n',
    web: 'FROM shop-tools AS unused\nFROM shop-base:latest\nCOPY --from=docker.io/library/shop-assets /a /a\n',
    job: 'FROM busybox\nRUN --mount=from=shop-tools,target=/t ls /t\n',
  });
  t.deepEqual(names(found), { web: ['base', 'assets'], job: ['tools'] });
});

test('what a base service is built from comes before it, and groups are built one after the other', (t) => {
  const found = bases({
    web: 'FROM shop-middle\nCOPY --from=shop-side / /\n',
    middle: 'ARG UNDER=shop-base\nFROM $UNDER\n',
    base: 'FROM busybox\n',
    side: 'FROM busybox\n',
  });
  t.deepEqual(names(found), { web: ['base', 'middle', 'side'], middle: ['base'] });
  const groups = buildGroups([...found.values()]).map((group) => group.map(({ name }) => name));
  t.deepEqual(groups, [['base', 'side'], ['middle']]);
});

test('additional contexts name services and their images', (t) => {
  const found = bases(
    { base: 'FROM busybox\n', web: 'FROM one\n', job: 'FROM two\nCOPY --from=three / /\n' },
    {
      web: ', additional_contexts: {one: "service:base"}',
      job: ', additional_contexts: {two: "docker-image://shop-base:latest", three: "docker-image://shop-web", shop-base: /x}',
    },
  );
  t.deepEqual(names(found), { web: ['base'], job: ['base', 'web'] });
});

test('directives count besides the ordinary Dockerfile, and a circle ends', (t) => {
  const found = bases({ a: 'FROM shop-b\n', b: 'FROM shop-a\n', c: 'FROM busybox\n#dev-copy=--from=shop-a / /\n' });
  t.deepEqual(names(found), { a: ['b'], b: ['a'], c: ['b', 'a'] });
});
