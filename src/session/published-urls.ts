import type { ContainerInfo } from '../docker/engine.js';

const everywhere = new Set(['', '0.0.0.0', '::']);
const tlsPorts = new Set([443, 8443]);

/** Where a browser finds what containers on that host publish, without repetitions. */
export function publishedUrls(containers: readonly Pick<ContainerInfo, 'published'>[], engineHost: string): string[] {
  const ports = containers.flatMap(({ published }) => published).filter(({ protocol }) => protocol === 'tcp');
  const urls = ports.map(({ containerPort, hostAddress, hostPort }) => {
    const scheme = tlsPorts.has(containerPort) ? 'https' : 'http';
    const host = everywhere.has(hostAddress) ? engineHost : hostAddress;
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${hostPort}/`;
  });
  return [...new Set(urls)];
}
