import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { listProviders } from '@stagegate/core-transforms';
import { loadDeployments, loadVectors } from '@stagegate/testbed';
import { ACCEPTED_DIFFERENCES } from '../compare/accepted-differences.ts';
import { LANES } from '../vectors/options.ts';
import { playVectors } from '../vectors/play.ts';
import { createPlayers } from '../vectors/players.ts';
import { toProviderTable } from './provider-table.ts';
import { renderMarkdown, renderText } from './render.ts';

const USAGE = `providers [--lane ${LANES.join('|')}] [--out FILE]`;
const DOCUMENT = new URL('../../../../docs/providers.md', import.meta.url);

/**
 * The `providers` command: plays the repository's vectors through one lane, prints what passes by provider and route, and writes
 * it down.
 *
 * out: exit code 0, or 2 for a wrong command line. Cases that fail are counted, not judged: `vectors` does that.
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const vectors = loadVectors();
  const players = createPlayers([options.lane], vectors, loadDeployments());
  const { cases } = await playVectors(vectors, players, ACCEPTED_DIFFERENCES);
  await Promise.all(players.map((player) => player.close()));
  const rows = listProviders();
  const lines = toProviderTable(vectors, cases, new Set(rows.map(({ id }) => id)));
  process.stdout.write(renderText(lines));
  writeFileSync(options.out ?? DOCUMENT, renderMarkdown(lines, rows));
  return 0;
}

function readOptions(args: readonly string[]): { readonly lane: (typeof LANES)[number]; readonly out: string | undefined } | undefined {
  try {
    const { values } = parseArgs({ args: [...args], options: { lane: { type: 'string' }, out: { type: 'string' } } });
    const lane = LANES.find((name) => name === (values.lane ?? 'hono'));
    return lane === undefined ? undefined : { lane, out: values.out };
  } catch {
    return undefined;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
