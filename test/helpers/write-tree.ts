import { chmod, lstat, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is to stand at a path; null for nothing. Modes are set as they are given, whatever the umask. */
export type TreeNode =
  | string
  | Buffer
  | null
  | { readonly content: string | Buffer; readonly mode: number }
  | { readonly link: string }
  | { readonly directory: number }
  /** Another mode for what is there. */
  | { readonly mode: number }
  /** What stands at another path now. */
  | { readonly from: string };

/** Paths of a folder, with `/` between their names, in the order in which they are dealt with. */
export type Tree = Readonly<Record<string, TreeNode>>;

/** Makes a folder's paths what the tree says, and leaves the others. Parents are made 0755; a path of another kind is replaced. */
export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [path, node] of Object.entries(tree)) await writeNode(root, path, node);
}

async function writeNode(root: string, path: string, node: TreeNode): Promise<void> {
  const at = join(root, path);
  if (node === null) return rm(at, { recursive: true });
  await makeParents(root, path);
  if (typeof node === 'string' || Buffer.isBuffer(node)) return writeFileAt(at, node, 0o644);
  if ('content' in node) return writeFileAt(at, node.content, node.mode);
  if ('from' in node) {
    await rm(at, { recursive: true, force: true });
    return rename(join(root, node.from), at);
  }
  if ('link' in node) {
    await rm(at, { recursive: true, force: true });
    return symlink(node.link, at);
  }
  if ('directory' in node) {
    if (!(await isDirectory(at))) await rm(at, { force: true });
    await mkdir(at, { recursive: true });
  }
  await chmod(at, 'directory' in node ? node.directory : node.mode);
}

/** Writes over a file that is there, as most editors do. */
async function writeFileAt(at: string, content: string | Buffer, mode: number): Promise<void> {
  const there = await lstat(at).catch(() => undefined);
  if (there && !there.isFile()) await rm(at, { recursive: true });
  await writeFile(at, content);
  if (((await lstat(at)).mode & 0o7777) !== mode) await chmod(at, mode);
}

async function makeParents(root: string, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === '.') return;
  await makeParents(root, parent);
  const at = join(root, parent);
  if (await isDirectory(at)) return;
  await rm(at, { force: true });
  await mkdir(at);
  await chmod(at, 0o755);
}

const isDirectory = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
