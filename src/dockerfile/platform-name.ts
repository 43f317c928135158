const SYSTEMS = [
  ...['aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'js', 'linux', 'macos', 'nacl'],
  ...['netbsd', 'openbsd', 'plan9', 'solaris', 'windows', 'zos'],
];
const MACHINES = [
  ...['386', 'aarch64', 'amd64', 'amd64p32', 'arm', 'arm64', 'arm64be', 'armbe', 'armel', 'armhf', 'i386', 'loong64'],
  ...['mips', 'mips64', 'mips64le', 'mips64p32', 'mips64p32le', 'mipsle', 'ppc', 'ppc64', 'ppc64le', 'riscv'],
  ...['riscv64', 's390', 's390x', 'sparc', 'sparc64', 'wasm', 'x86-64', 'x86_64'],
];

/** Whether builders take a text for a platform: `os`, `arch`, `os/arch` or `os/arch/variant`. */
export function isPlatform(text: string): boolean {
  const parts = text.toLowerCase().split('/');
  // newer ones take a version of the system in parentheses
  if (parts.length > 3 || !parts.every((part) => /^[a-z0-9_.-]+(?:\([^()]*\))?$/.test(part))) return false;
  const [only = ''] = parts;
  return parts.length > 1 || SYSTEMS.includes(only.replace(/\(.*$/, '')) || MACHINES.includes(only);
}
