import type { Definition } from 'clipanion';

/**
 * The parts of a help text; empty ones are left out. An option's description may start with a word in backquotes, which
 * stands for the option's value.
 */
export interface Help {
  readonly usage: string;
  readonly paragraphs: readonly string[];
  readonly options: Definition['options'];
  readonly globalOptions: Definition['options'];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly footer: string;
}

/** A help text laid out as compose lays out its own, no wider than `width` columns where that is possible. */
export function formatHelp(help: Help, width: number): string {
  const commands = help.commands.map(({ name, description }): Row => [name, description]);
  const blocks = [
    [`Usage:  ${help.usage}`],
    ...help.paragraphs.map((text) => wrap(text, width)),
    section('Options:', optionRows(help.options), width),
    section('Global options:', optionRows(help.globalOptions), width),
    section('Commands:', commands, width),
    wrap(help.footer, width),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block) => [...block, '']);
  return lines.join('\n');
}

type Row = readonly [left: string, right: string];

function section(title: string, rows: readonly Row[], width: number): string[] {
  if (rows.length === 0) return [];
  const column = 2 + Math.max(...rows.map(([left]) => left.length)) + 3;
  const lines = rows.flatMap(([left, right]) =>
    wrap(right, Math.max(width - column, 20)).map((line, i) => `  ${i === 0 ? left : ''}`.padEnd(column) + line),
  );
  return [title, ...lines];
}

/** One row for each option, in the order of their long names. */
function optionRows(options: Definition['options']): Row[] {
  const rows = options.map(({ definition, description = '' }): { long: string; row: Row } => {
    const names = (definition.split(' ')[0] ?? '').split(',');
    const long = names.at(-1) ?? '';
    const short = names.length > 1 ? `${names[0]}, ` : '    ';
    const [, value = '', text = ''] = /^(?:`([^`]+)` )?(.*)$/s.exec(description) ?? [];
    return { long, row: [`${short}${long} ${value}`.trimEnd(), text] };
  });
  return rows.sort((a, b) => (a.long < b.long ? -1 : 1)).map(({ row }) => row);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
