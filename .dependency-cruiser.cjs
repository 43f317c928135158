// The import rule of src/README.md: a file imports only from its own folder or from rows below it.
const rows = [
  ['^src/cli/'],
  ['^src/verify/'],
  ['^src/check-project/'],
  ['^src/run-project', '^src/inspect/'],
  ['^src/(session|livepush)/'],
  ['^src/engine/'],
  ['^src/(watch|compose|check)/'],
  ['^src/(plan|docker)/'],
  ['^src/dockerfile/'],
];
const vocabulary = '^src/(events|errors|diagnostics)\\.ts$';

/** One rule per folder: what a file in it must not reach. */
const folderRule = (folder, allowed) => ({
  name: `imports-of-${folder.replace(/[^a-z-]+/g, '')}`,
  severity: 'error',
  from: { path: folder },
  to: { path: '^src/', pathNot: [folder, vocabulary, ...allowed] },
});

const folders = rows.flatMap((row, i) =>
  row
    .flatMap((p) =>
      p.includes('|')
        ? p
            .match(/\((.*)\)/)[1]
            .split('|')
            .map((n) => `^src/${n}/`)
        : [p],
    )
    .map((folder) =>
      folderRule(
        folder,
        rows
          .slice(i + 1)
          .flat()
          .concat(folder === '^src/cli/' ? ['^src/ui/'] : []),
      ),
    ),
);

const soleImporter = (library, file) => ({
  name: `sole-importer-of-${library}`,
  severity: 'error',
  from: { path: '^src/', pathNot: file },
  to: { path: `node_modules/${library}/` },
});

module.exports = {
  forbidden: [
    ...folders,
    {
      name: 'imports-of-ui',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/', pathNot: ['^src/ui/', vocabulary] },
    },
    {
      name: 'vocabulary-imports-nothing',
      severity: 'error',
      from: { path: vocabulary },
      to: { path: '^src/', pathNot: vocabulary },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, path: '^src/' }, to: {} },
    soleImporter('dockerode', '^src/docker/connect-engine\\.ts$'),
    soleImporter('dockerfile-ast', '^src/dockerfile/parse\\.ts$'),
    soleImporter('docker-compose', '^src/compose/compose-cli\\.ts$'),
    soleImporter('yaml', '^src/compose/read-yaml\\.ts$'),
    soleImporter('clipanion', '^src/cli/'),
    soleImporter('listr2', '^src/ui/tty/task-list\\.ts$'),
    soleImporter('string-width', '^src/ui/tty/columns\\.ts$'),
    soleImporter('cli-truncate', '^src/ui/tty/columns\\.ts$'),
    soleImporter('open', '^src/cli/open-url\\.ts$'),
    soleImporter('unbash', '^src/check/shell/'),
    soleImporter('tar-stream', '^src/docker/tar\\.ts$'),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
