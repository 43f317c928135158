import { StringDecoder } from 'node:string_decoder';

/** Takes the bytes of an output stream and hands out its lines. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Hands out a last line that has no line end. */
  end(): void;
}

/** Splits UTF-8 output into lines, whatever the chunks are; `\n`, `\r\n` and a lone `\r` end a line. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const handOut = (text: string): void => {
    // A `\r` at the end waits: a `\n` may follow.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  return {
    write: (chunk) => handOut(rest + decoder.write(chunk)),
    end: () => {
      handOut(`${rest}${decoder.end()}`);
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}

/** A line of compose's output for people: a line of its logger (`time=… level=… msg=…`) becomes its message. */
export function plainLine(line: string): { readonly text: string; readonly level: string | undefined } {
  const logged = /^time="[^"]*" level=(\w+) msg=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(line);
  if (logged === null) return { text: line, level: undefined };
  const [, level, quoted, bare] = logged;
  const text = quoted?.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)) ?? bare ?? '';
  return { text, level };
}
