const STAT_LINE = /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+) (.*)$/;
const DIGEST_LINE = /^([0-9a-f]{64}) [ *](.*)$/;

/** A path as `stat` tells it. */
export interface ShellStat {
  /** With the bits of the file type. */
  readonly mode: number;
  /** Bytes; of a link, the length of its target. */
  readonly size: number;
  /** Seconds. */
  readonly mtime: number;
  /** When anything of it changed last, content or not: in seconds, of the kernel's clock. */
  readonly ctime: number;
  readonly uid: number;
  readonly gid: number;
}

/** What `stat` found, by path. */
export function parseStats(answer: string): [string, ShellStat][] {
  return answer.split('\t').flatMap((line) => {
    const [, mode = '', size, mtime, ctime, uid, gid, path] = STAT_LINE.exec(line) ?? [];
    if (path === undefined) return [];
    const numbers = {
      size: Number(size),
      mtime: Number(mtime),
      ctime: Number(ctime),
      uid: Number(uid),
      gid: Number(gid),
    };
    return [[path, { mode: Number.parseInt(mode, 16), ...numbers }]];
  });
}

/** What `sha256sum` found: digests (base64) by path. */
export function parseDigests(answer: string): [string, string][] {
  return answer.split('\t').flatMap((line) => {
    const [, digest, path] = DIGEST_LINE.exec(line) ?? [];
    return digest && path !== undefined ? [[path, Buffer.from(digest, 'hex').toString('base64')]] : [];
  });
}

/** Names in each of the directories that were asked for, in their order. */
export function parseNames(answer: string): string[][] {
  // a slash cannot be in a name: it says where the names of the next directory begin
  const parts = answer.split('/\t').slice(1);
  return parts.map((part) => part.split('\t').filter((name) => name !== ''));
}

/** The bits of all masks together; hexadecimal, with white space between them. */
export function parseMasks(answer: string): bigint {
  const masks = answer.trim().split(/\s+/);
  return masks.reduce((all, mask) => all | BigInt(`0x${mask || '0'}`), 0n);
}
