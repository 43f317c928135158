/** @typedef {import('./record-terminal.mjs').Frame} Frame */
/** @typedef {import('./record-terminal.mjs').Span} Span */

const cell = { width: 8.43, height: 18 };
const margin = 16;
const barHeight = 32;
// Waiting is dull to look at: a frame stays no longer than this, except the last one.
const longestMs = 1_400;
const lastMs = 4_000;
const font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/**
 * An animated SVG of what a terminal showed: the frames side by side, moved past a window. Where nothing moves, the last
 * frame shows. A line that is in many frames is drawn once and used again.
 * @param {Frame[]} frames
 * @param {{ columns: number, rows: number, title: string }} terminal
 */
export function filmOf(frames, { columns, rows, title }) {
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = rows * cell.height + 2 * margin + barHeight;
  /** @type {Map<string, string>} */
  const drawn = new Map();
  const strips = frames.map(({ lines }, i) => strip(lines, i * width, drawn));
  const definitions = [...drawn].map(([line, id]) => `<g id="${id}">${line}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style(frames, width)}</style>`,
    `<defs>${definitions.join('\n')}</defs>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map((fill, i) => `<circle cx="${20 + i * 20}" cy="18" r="6" fill="${fill}"/>`),
    `<text x="${width / 2}" y="22" text-anchor="middle" fill="#8b949e">${escaped(title)}</text>`,
    `<g transform="translate(${margin} ${margin + barHeight})"><g class="film">${strips.join('\n')}</g></g>`,
    '</svg>\n',
  ].join('\n');
}

/** @param {Frame[]} frames @param {number} width */
function style(frames, width) {
  const shown = frames.map(({ ms }, i) => (i === frames.length - 1 ? lastMs : Math.min(ms, longestMs)));
  const total = shown.reduce((sum, ms) => sum + ms, 0);
  let at = 0;
  const keys = shown.map((ms, i) => {
    const key = `${((at / total) * 100).toFixed(2)}%{transform:translateX(${-i * width}px)}`;
    at += ms;
    return key;
  });
  const last = `transform:translateX(${-(frames.length - 1) * width}px)`;
  return [
    `text{font-family:${font};font-size:14px}`,
    `.film{${last};animation:film ${(total / 1000).toFixed(2)}s step-end infinite}`,
    `@keyframes film{${keys.join('')}100%{${last}}}`,
  ].join('');
}

/** @param {Span[][]} lines @param {number} x @param {Map<string, string>} drawn */
function strip(lines, x, drawn) {
  const uses = lines.flatMap((spans, row) => {
    if (spans.length === 0) return [];
    const line = spans.map(textElement).join('');
    const id = drawn.get(line) ?? `l${drawn.size}`;
    drawn.set(line, id);
    return [`<use href="#${id}" y="${row * cell.height}"/>`];
  });
  return `<g transform="translate(${x})">${uses.join('')}</g>`;
}

/** @param {Span} span */
function textElement({ column, text, colour, isBold, isDim }) {
  const look = [
    `fill="${colour ?? '#e6edf3'}"`,
    isBold ? 'font-weight="bold"' : '',
    isDim ? 'opacity="0.6"' : '',
  ].filter(Boolean);
  const x = (column * cell.width).toFixed(1);
  return `<text x="${x}" y="13" textLength="${(width(text) * cell.width).toFixed(1)}" ${look.join(' ')}>${escaped(text)}</text>`;
}

/** The display writes no wide characters of its own, and neither does the example. @param {string} text */
const width = (text) => [...text].length;

/** Blanks that count: not every viewer keeps the ordinary ones. @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');
