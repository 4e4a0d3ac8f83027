import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, PRIVATE_MODE } from '@stagegate/gateway-engine/files';
import { Exit } from './exit.ts';
import { isLoopback } from './options.ts';

/** The key that lets callers in, and where it came from. */
export interface MasterKey {
  readonly key: string;
  readonly source: 'configured' | 'kept' | 'made';
  /** The file of a key that was made or kept. */
  readonly file: string;
}

const KEY_BYTES = 24;

/**
 * The configured key; else the one in `<data>/master-key`; else a new one, which is kept there.
 *
 * errors: Exit 2 for a host that others can reach without a configured key; Exit 1 when the file cannot be read or written.
 */
export function findMasterKey(configured: string | undefined, host: string, data: string): MasterKey {
  const file = join(data, 'master-key');
  if (configured !== undefined) return { key: configured, source: 'configured', file };
  if (!isLoopback(host)) {
    throw new Exit(2, `--host ${host}: others can reach this address; set LITELLM_MASTER_KEY or general_settings.master_key first`);
  }
  try {
    const kept = readKept(file);
    if (kept !== undefined) return { key: kept, source: 'kept', file };
    const key = `sk-${randomBytes(KEY_BYTES).toString('base64url')}`;
    makeFolder(data, PRIVATE_MODE);
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return { key, source: 'made', file };
  } catch (error) {
    throw new Exit(1, `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readKept(file: string): string | undefined {
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept === '') throw new Error('is empty; delete it to have a new key made');
    return kept;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
