import type { Environment } from '@stagegate/gateway-engine/config';
import { renderTable } from '@stagegate/parity/table';
import { type DatabaseOptions, withDatabase } from './with-database.ts';

/** Prints where the database is, what it holds, and what it lacks. */
export async function showStatus(options: DatabaseOptions & { readonly json?: boolean }, env: Environment): Promise<void> {
  await withDatabase(options, env, async ({ address, folder }) => {
    const { describeDatabase, wordDrift } = await import('@stagegate/gateway-engine/store');
    const { version, bytes, counts, drift } = await describeDatabase(address);
    const place = folder ?? `${address.socketPath ?? `${address.host}:${address.port}`}/${address.database}`;
    const problems = drift === undefined ? [] : wordDrift(drift);
    if (options.json === true) {
      process.stdout.write(
        `${JSON.stringify({ place, own: folder !== undefined, version, bytes, tables: drift !== undefined, counts, problems })}\n`,
      );
      return;
    }
    const rows = [
      ['place', folder === undefined ? place : `${place} (the gateway's own)`],
      ['server', `PostgreSQL ${version}`],
      ['size', `${(bytes / 1024 / 1024).toFixed(1)} MB`],
      ["LiteLLM's tables", drift === undefined ? 'none yet: the first start of a gateway makes them' : 'there'],
      ...Object.entries(counts).map(([name, count]) => [name, String(count)]),
    ];
    process.stdout.write(`${[...renderTable(['database', ''], rows), ...problems.map((line) => `problem: ${line}`)].join('\n')}\n`);
  });
}
