import test from 'ava';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { isGitFile, namesGit } from '../../src/plan/git-folder.js';

test("git's own files are those below a .git, and a .git itself", (t) => {
  t.deepEqual(['.git', '.git/HEAD', 'sub/.git/index'].map(isGitFile), [true, true, true]);
  t.deepEqual(['.gitignore', '.github/x', 'a.git/b', 'src/git'].map(isGitFile), [false, false, false, false]);
});

test('a step that copies or mounts one of them by name wants them', (t) => {
  const wants = (line: string) => {
    const { dockerfile } = parseDockerfile(`FROM busybox\n${line}\n`, 'Dockerfile');
    const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
    return namesGit(resolveStages(dockerfile, options).stages.flatMap(({ steps }) => steps));
  };
  t.true(wants('COPY .git/HEAD /head'));
  t.true(wants('RUN --mount=type=bind,source=.git,target=/g git describe'));
  t.false(wants('COPY . .'));
  t.false(wants('COPY .gitignore /'));
});
