/** Puts a look on a text; without colours they all leave it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const plain = (text: string): string => text;

const between =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

/** The looks for a stream that takes colours, or not. */
export const paintFor = ({ colour }: { readonly colour: boolean }): Paint =>
  colour
    ? {
        bold: between(1, 22),
        dim: between(2, 22),
        red: between(31, 39),
        yellow: between(33, 39),
        green: between(32, 39),
        cyan: between(36, 39),
      }
    : { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };
