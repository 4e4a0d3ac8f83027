import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfiguredDeployment, LoadedConfig } from '../config/index.ts';
import type { MigrationRule } from '../ports/index.ts';
import { matchesPattern } from '../text/index.ts';

/** The runtime part of the lockfile, which the build writes beside the bundles. */
export const RUNTIME_LOCK_FILE = 'runtime-lock.txt';

/**
 * The hash of the code in a folder of bundles: every bundle by name and content, and the dependencies it was built with.
 *
 * in:     the folder that `scripts/lib/bundle.mjs` fills and `serve` runs from.
 * errors: throws when the folder cannot be read or holds no lock: then it is not known what runs.
 * cost:   reads some megabytes once.
 */
export function hashCode(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const parts = [...names.toSorted(), RUNTIME_LOCK_FILE].map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]);
  return hash('sha256', JSON.stringify(parts));
}

/**
 * What a verdict on a rule is valid for: the code, the rule, and the deployments that its calls may reach.
 *
 * in:  the hash of the code; the rule as in the config file (without mode and percent, which the verdict is there to allow); the
 *      configuration.
 * out: 64 hex digits, the same in CI and in production: no secret and no value of an environment variable is in it.
 */
export function fingerprintOf(codeHash: string, rule: MigrationRule, config: FingerprintConfig): string {
  const { match, lane, candidate, gate } = rule;
  const { route, provider, model, stream } = match;
  const { mismatch_max, confidence, stratum_min, p99_latency_ratio_max } = gate ?? {};
  const shapes = deploymentsOf(rule, config).map(({ shape }) => shape);
  return hash(
    'sha256',
    JSON.stringify([
      codeHash,
      [route ?? null, provider ?? null, model ?? null, stream ?? null, lane, candidate?.lane ?? null],
      [mismatch_max ?? null, confidence ?? null, stratum_min ?? null, p99_latency_ratio_max ?? null],
      shapes.toSorted(),
    ]),
  );
}

/** What a fingerprint needs of the configuration. */
export type FingerprintConfig = Pick<LoadedConfig, 'deployments' | 'modelGroupAliases'>;

/** The deployments that a rule's calls may reach: those of its provider that can be asked for by a name that matches. */
function deploymentsOf({ match }: MigrationRule, { deployments, modelGroupAliases }: FingerprintConfig): readonly ConfiguredDeployment[] {
  const { provider, model } = match;
  return deployments.filter((deployment) => {
    const { modelGroup, id, underlyingModel } = deployment;
    // A row for every provider may serve this one, too.
    if (provider !== undefined && deployment.provider.id !== provider && !underlyingModel.startsWith('*')) return false;
    if (model === undefined || modelGroup.includes('*')) return true;
    const aliases = [...modelGroupAliases].flatMap(([alias, group]) => (group === modelGroup ? [alias] : []));
    return [modelGroup, id, underlyingModel, ...aliases].some((name) => matchesPattern(model, name));
  });
}
