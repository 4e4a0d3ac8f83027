import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { hashCode } from '@stagegate/gateway-engine/cutover';

let known: string | undefined;

/**
 * The hash of the running code, as it was at the start: of the bundles that this file is part of; when run from source, of the bundles that
 * the sources make, which are built if need be.
 *
 * errors: throws with one line for people when it cannot be told.
 * cost:   the first time, one read of the bundles; a second or two when they have to be built.
 */
export function hashRunningCode(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  known ??= hashCode(isSource ? dirname(buildBundle()) : import.meta.dirname);
  return known;
}

function buildBundle(): string {
  const bootstrap = join(import.meta.dirname, '../../../../scripts/bootstrap.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bootstrap, 'bundle'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the code that runs cannot be told: ${stderr.trim()}`);
  return stdout.trim();
}
