const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

const isDomain = (part: string): boolean => /[.:]/.test(part) || part === 'localhost' || part.toLowerCase() !== part;

/** Whether builders take a text for the name of an image: `[host[:port]/]path[:tag][@digest]`. */
export function isImageReference(text: string): boolean {
  if (/^[a-f0-9]{64}$/.test(text)) return false;
  const at = text.indexOf('@');
  if (at >= 0 && !DIGEST.test(text.slice(at + 1))) return false;
  const [, name = '', tag] = /^(.*?)(?::([^:/]*))?$/s.exec(at < 0 ? text : text.slice(0, at)) ?? [];
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return false;
  const parts = name.split('/');
  const [first = ''] = parts;
  const hasDomain = parts.length > 1 && isDomain(first);
  const path = hasDomain ? parts.slice(1) : parts;
  return (!hasDomain || DOMAIN.test(first)) && name.length <= 255 && path.every((part) => COMPONENT.test(part));
}
