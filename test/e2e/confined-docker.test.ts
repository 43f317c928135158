import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeUpProject } from '../helpers/up-project.js';

const dockerfile = `FROM busybox:1.37 AS made
COPY src/ /src/
RUN tr a-z A-Z </src/text >/made

FROM busybox:1.37
#dev-cmd-live=["sleep", "1000"]
COPY --from=made /made /made
`;

const realDocker = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();

/** Finds no file below the folders in HIDDEN, as a command that has another mount there. */
const shim = `#!/bin/sh
for word; do
  for hidden in $HIDDEN; do
    case $word in "$hidden"/*) echo "open $word: no such file or directory" >&2; exit 14 ;; esac
  done
done
exec '${realDocker}' "$@"
`;

async function confined(t: ExecutionContext) {
  const project = await makeUpProject({
    'project/compose.yaml': '{"services": {"s": {"build": {"context": "app"}, "init": true}}}',
    'project/app/Dockerfile': dockerfile,
    'project/app/src/text': 'one\n',
    'bin/docker': shim,
    'home/keep': '',
  });
  t.teardown(() => project.remove());
  chmodSync(join(project.folder, 'bin/docker'), 0o755);
  const at = (name: string) => join(project.folder, name);
  const up = (env: NodeJS.ProcessEnv) => {
    const path = `${at('bin')}:${process.env.PATH}`;
    return project.up(['--project-directory', at('project')], { cwd: at('project'), env: { PATH: path, ...env } });
  };
  return { project, at, up };
}

test.serial(
  'a docker command that does not see the folder for temporary files gets its files by another',
  async (t) => {
    const { project, at, up } = await confined(t);
    const tmp = project.env.TMPDIR ?? '';
    const session = up({ HIDDEN: tmp, HOME: at('home') });
    await session.ready();
    t.is(await project.read('s', '/made'), 'ONE\n');
    const since = session.mark();
    project.write('project/app/src/text', 'two\n');
    t.is((await session.push('s', since)).outcome, 'done');
    t.is(await project.read('s', '/made'), 'TWO\n');
    t.is(await session.stop(), 130);
    const own = join(at('home'), '.docker/livepush');
    const left = [...readdirSync(tmp), ...readdirSync(own)].filter((name) => name.startsWith('docker-livepush-'));
    t.deepEqual(left, []);
  },
);

test.serial(
  'folders for temporary files, for the home and for the note that are not there are stepped over',
  async (t) => {
    const { project, up } = await confined(t);
    for (const folder of ['/proc/nope', '/etc/passwd']) {
      const session = up({ HIDDEN: '', TMPDIR: folder, HOME: folder, XDG_RUNTIME_DIR: folder });
      await session.ready();
      t.is(await project.read('s', '/made'), 'ONE\n');
      t.is(await session.stop(), 130);
    }
  },
);

test.serial('where no folder is left, one sentence names TMPDIR', async (t) => {
  const { project, at, up } = await confined(t);
  const session = up({ HIDDEN: `${project.env.TMPDIR} ${at('home')} /var/tmp`, HOME: at('home') });
  t.is(await session.ended(), 3);
  t.regex(session.stderr, /The docker command cannot read any folder.*TMPDIR/s);
  t.notRegex(session.stderr, /bug in docker-livepush/);
});
