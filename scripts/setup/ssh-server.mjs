import { existsSync } from 'node:fs';
import { ensurePackage, isRootOnDebian } from './debian/apt.mjs';
import { SetupError } from './say.mjs';

const sshd = '/usr/sbin/sshd';

/**
 * Sees to it that there is an sshd for the tests of engines that are reached over ssh; they start one of their own. It is
 * installed only where no service manager would start another one with it.
 */
export async function ensureSshServer() {
  if (existsSync(sshd)) return;
  if (!(await isRootOnDebian()) || existsSync('/run/systemd/system'))
    throw new SetupError('sshd is missing, which the tests of engines over ssh start: install openssh-server.');
  await ensurePackage('openssh-server', sshd);
}
