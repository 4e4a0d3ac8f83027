import type { ProviderRow } from '@stagegate/core-transforms';
import type { ProviderLine, Tally } from './provider-table.ts';

const HEAD = ['provider', 'route', 'stream', 'tools', 'vision', 'vectors passed'];

const ABOUT = `# Providers

Made by \`pnpm providers\`, which plays the repository's golden vectors and counts those that pass: of the streams among them, of those
with tools, of those with images, and of all. A dash means that no vector is about it; why a vector does not pass stands in
\`packages/parity/known-failures.json\`. A provider that chats can stand behind each of the routes for chats, prompts and responses, whether
or not a vector shows it.
`;

/** The table as text for a terminal. */
export function renderText(lines: readonly ProviderLine[]): string {
  const rows = [HEAD, ...lines.map(toCells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `docs/providers.md`: the table, and every provider that we have a row for, by name. */
export function renderMarkdown(lines: readonly ProviderLine[], providers: readonly ProviderRow[]): string {
  const played = new Set(lines.map(({ provider }) => provider));
  return [
    ABOUT,
    '## By route\n',
    ...toTable(HEAD, lines.map(toCells)),
    '',
    '## By name\n',
    ...toTable(
      ['provider', 'speaks', 'base URL', 'key', 'vectors'],
      providers.map((row) => toNameCells(row, played)),
    ),
    '',
  ].join('\n');
}

function toCells({ provider, route, stream, tools, vision, all }: ProviderLine): readonly string[] {
  return [provider, route, ...[stream, tools, vision, all].map(toCell)];
}

function toCell({ passed, played }: Tally): string {
  return played === 0 ? '–' : `${passed}/${played}`;
}

function toNameCells(row: ProviderRow, played: ReadonlySet<string>): readonly string[] {
  const { id, baseUrl, keyEnv } = row;
  return [
    `\`${id}\``,
    speaks(row),
    baseUrl ?? 'set `api_base`',
    keyEnv.map((name) => `\`${name}\``).join(', ') || '–',
    played.has(id) ? 'yes' : '–',
  ];
}

/** Its format, or where each model or route has one of its own, all of them. */
function speaks({ format, formats = {}, byModel = [] }: ProviderRow): string {
  if (format !== 'none') return format;
  const all = [...byModel.map((models) => models.format), ...Object.values(formats)];
  return [...new Set(all.filter((one) => one !== 'none'))].join(', ');
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
