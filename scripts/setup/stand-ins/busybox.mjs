import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadPackage } from '../debian/apt.mjs';
import { must } from '../run-command.mjs';
import { importImage, searchPath, withFolder } from './make-image.mjs';

const passwd = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const group = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
mail:x:8:
www-data:x:33:
operator:x:37:
nobody:x:65534:
`;

/** As in the real one, the applets are all in /bin, and there is no /usr/bin/test. @type {import('./make-image.mjs').StandIn} */
export const busybox = {
  image: 'busybox:1.37',
  contents: 'busybox-static',
  make: () =>
    withFolder(async (folder) => {
      const root = path.join(folder, 'root');
      await makeFolders(root);
      await writeFile(path.join(root, 'etc/passwd'), passwd);
      await writeFile(path.join(root, 'etc/group'), group);
      const unpacked = path.join(folder, 'package');
      await downloadPackage('busybox-static', unpacked);
      await copyFile(programIn(unpacked), path.join(root, 'bin/busybox'));
      await linkApplets(root);
      return importImage(root, { owner: 'root', changes: [`ENV PATH=${searchPath}`, 'CMD ["sh"]'] });
    }),
};

/**
 * It moved from /bin to /usr/bin with trixie.
 * @param {string} unpacked
 */
function programIn(unpacked) {
  const [found = ''] = ['bin', 'usr/bin'].map((name) => path.join(unpacked, name, 'busybox')).filter(existsSync);
  return found;
}

/** @param {string} root */
async function makeFolders(root) {
  for (const name of ['bin', 'etc', 'home', 'root', 'tmp', 'usr/bin', 'usr/sbin', 'var/spool/mail', 'var/www']) {
    await mkdir(path.join(root, name), { recursive: true });
  }
  await chmod(path.join(root, 'tmp'), 0o1777);
}

/** @param {string} root */
async function linkApplets(root) {
  const applets = await must(path.join(root, 'bin/busybox'), ['--list']);
  for (const applet of applets.split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', path.join(root, 'bin', applet));
  }
  await symlink('../../bin/env', path.join(root, 'usr/bin/env'));
}
