import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A folder that is removed after the test, and what a test does in it; paths are relative to it. */
export interface TempContext {
  readonly root: string;
  write(path: string, text?: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  link(path: string, target: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Makes a folder with these files; each has its path as its text. */
export async function tempContext(t: ExecutionContext, ...files: string[]): Promise<TempContext> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'livepush-context-')));
  t.teardown(() => rm(root, { recursive: true, force: true }));
  const context: TempContext = {
    root,
    write: async (path, text = path) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    makeDirectory: async (path) => {
      await mkdir(join(root, path), { recursive: true });
    },
    link: (path, target) => symlink(target, join(root, path)),
    chmod: (path, mode) => chmod(join(root, path), mode),
    remove: (path) => rm(join(root, path), { recursive: true }),
  };
  for (const file of files) await context.write(file);
  return context;
}
