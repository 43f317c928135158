import type { BaseConfig } from '../dockerfile/model.js';
import type { ImageInfo } from './engine.js';

/** The configuration of an image as the steps on top of it see it. */
export function baseConfigOf({ env, workdir, user, shell, onBuild }: ImageInfo): BaseConfig {
  const pairs = env.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { env: Object.fromEntries(pairs), workdir, user, shell, onBuild };
}
