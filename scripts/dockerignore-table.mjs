// Fills the column `ignored` of fixtures/ignore/table.json: builds each row's context with a real engine and lists what
// `COPY . /` did not take (`fault` when the build fails). To add a row, add its `title` and `ignore` (and `extra` paths, when it needs some) and run
// `node scripts/dockerignore-table.mjs`; `--check` only says which rows a build disagrees with.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const TABLE = new URL('../fixtures/ignore/table.json', import.meta.url);
const DOCKERFILE = 'FROM scratch\nCOPY . /\n';

/** A path that ends with a slash is an empty directory. */
function makeContext(root, paths, ignore) {
  for (const path of paths) {
    const at = join(root, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(at, `${path}\n`);
  }
  writeFileSync(join(root, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(root, '.dockerignore'), ignore);
}

const listAll = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      return entry.isDirectory() ? `${path}/` : path;
    })
    .sort();

/** What a build leaves out, or the last words of the fault that it ends with. */
function buildRow(tree, { ignore, extra = [] }) {
  const root = mkdtempSync(join(tmpdir(), 'digtab-'));
  const context = join(root, 'context');
  const output = join(root, 'output');
  try {
    makeContext(context, [...tree, ...extra], ignore);
    mkdirSync(output);
    const args = ['build', '--quiet', '--output', `type=local,dest=${output}`, context];
    const { status, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
    const copied = new Set(listAll(output));
    if (status === 0) return { ignored: listAll(context).filter((path) => !copied.has(path)) };
    return { fault: stderr.trim().split('\n').at(-1).split(': ').at(-1) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const table = JSON.parse(readFileSync(TABLE, 'utf8'));
const rows = table.rows.map(({ ignored: _, fault: __, ...row }) => ({ ...row, ...buildRow(table.tree, row) }));
if (process.argv.includes('--check')) {
  const wrong = rows.filter((row, i) => JSON.stringify(row) !== JSON.stringify(table.rows[i]));
  for (const { title } of wrong) console.error(`differs: ${title}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  writeFileSync(TABLE, `{\n  "tree": ${JSON.stringify(table.tree)},\n  "rows": [\n${lines}\n  ]\n}\n`);
}
