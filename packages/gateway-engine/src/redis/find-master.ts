import type { RedisAddress, RedisSettings } from '../config/index.ts';
import type { RedisFailure } from '../ports/index.ts';
import { openServer, within, wordError } from './open-server.ts';

type Found = { readonly ok: true; readonly address: RedisAddress } | { readonly ok: false; readonly error: RedisFailure };

/**
 * Asks sentinels for the current master, one after the other until one knows it.
 *
 * in:     `withinMs`: for each of them.
 * source: redis.io/docs/latest/develop/reference/sentinel-clients, read 2026-11-29.
 */
export async function findMaster(
  { tls, timeoutMs }: RedisSettings,
  { nodes, service, password }: NonNullable<RedisSettings['sentinels']>,
  withinMs: number,
): Promise<Found> {
  let message = '';
  for (const node of nodes) {
    const settings = { ...node, tls, database: 0, timeoutMs, ...(password !== undefined && { password }) };
    const opened = await openServer(settings, withinMs);
    if (!opened.ok) {
      ({ message } = opened.error);
      continue;
    }
    const { connection } = opened;
    try {
      const said = await within(connection.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', service]), withinMs);
      if (Array.isArray(said)) return { ok: true, address: { host: String(said[0]), port: Number(said[1]) } };
      message = `no sentinel knows "${service}"`;
    } catch (error) {
      message = wordError(error);
    } finally {
      connection.destroy();
    }
  }
  return { ok: false, error: { kind: 'down', message } };
}
