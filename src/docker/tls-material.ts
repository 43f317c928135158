import { join } from 'node:path';

/** Reads a file as a whole; undefined when there is none. */
export type FileReader = (path: string) => Buffer | undefined;

/** Certificates in PEM form. */
export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** False: the engine's certificate is not looked at. */
  readonly verify: boolean;
}

interface TlsOptions {
  readonly folder: string;
  readonly verify: boolean;
}

/** Reads `ca.pem`, `cert.pem` and `key.pem` of a folder, as far as they are there. */
export const readTls = ({ folder, verify }: TlsOptions, readFile: FileReader): TlsMaterial => ({
  ca: readFile(join(folder, 'ca.pem')),
  cert: readFile(join(folder, 'cert.pem')),
  key: readFile(join(folder, 'key.pem')),
  verify,
});
