import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensurePackage, osRelease } from '../debian/apt.mjs';
import { findSource } from '../debian/apt-sources.mjs';
import { must } from '../run-command.mjs';
import { writeCertificates } from './certificates.mjs';
import { importImage, searchPath, withFolder } from './make-image.mjs';

const unwanted = ['usr/share/doc', 'usr/share/info', 'usr/share/locale', 'usr/share/man'];

/** Slim as the real one, and with the certificates that this machine trusts. @type {import('./make-image.mjs').StandIn} */
export const debian = {
  image: 'debian:bookworm-slim',
  contents: 'debootstrap, minbase',
  make: () =>
    withFolder(async (folder) => {
      const root = path.join(folder, 'root');
      await ensurePackage('debootstrap', '/usr/sbin/debootstrap');
      await must('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root, ...mirror()]);
      await slim(root);
      await writeCertificates(path.join(root, 'etc/ssl/certs/ca-certificates.crt'));
      return importImage(root, { changes: [`ENV PATH=${searchPath}`, 'CMD ["bash"]'] });
    }),
};

/** This machine's own mirror, where it is one of Debian. */
function mirror() {
  const { id, codename } = osRelease();
  const source = id === 'debian' ? findSource(codename) : undefined;
  return source ? [source.uri] : [];
}

/**
 * Drops what a slim image has not, now and for packages that are installed later.
 * @param {string} root
 */
async function slim(root) {
  for (const name of [...unwanted, 'var/cache/apt', 'var/lib/apt/lists']) {
    for (const entry of await readdir(path.join(root, name))) {
      await rm(path.join(root, name, entry), { recursive: true });
    }
  }
  await mkdir(path.join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  await mkdir(path.join(root, 'var/lib/apt/lists/partial'), { recursive: true });
  const excludes = unwanted.map((name) => `path-exclude /${name}/*\n`).join('');
  await writeFile(path.join(root, 'etc/dpkg/dpkg.cfg.d/slim'), excludes);
}
