/** The stage to build of a text of `withWholeContext`. */
export const wholeTarget = 'livepush-whole';

/** These mean something to a Dockerfile within a source that is given as it is. */
const isPlain = (source: string): boolean => !/[\\$"'`]/.test(source);

/**
 * A Dockerfile with a stage that holds what another one of it holds, and whose build is given all that `sources` name of
 * the context. A build of a stage alone is given no more than what its own steps name, and BuildKit (0.13) fails at a
 * directory that a pattern matches when a link in it leads elsewhere.
 *
 * @param stage name of the stage; FROM takes none with capitals
 * @param sources files, directories and patterns of the context
 */
export function withWholeContext(text: string, stage: string, sources: readonly string[]): string {
  const copies = [...new Set(sources)]
    .filter(isPlain)
    .map((source, nth) => `COPY ${JSON.stringify([source === '' ? '.' : source, `/${nth}/`])}`);
  return [
    text.replace(/\n+$/, ''),
    'FROM scratch AS livepush-context',
    ...copies,
    `FROM ${stage.toLowerCase()} AS ${wholeTarget}`,
    'COPY --from=livepush-context ["/no-such-file-*", "/"]',
    '',
  ].join('\n');
}
