import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { createGates, fingerprintOf, fixedGates, RunningCounts, type Gates } from '@stagegate/gateway-engine/cutover';
import type { Log } from '@stagegate/gateway-engine/ports';
import { hashRunningCode } from './running-code.ts';

/** The gates of a serving gateway and, where something moves, what counts its calls. */
export interface OpenGates {
  readonly gates: Gates;
  readonly counts: RunningCounts | undefined;
  readonly close: () => void;
}

/** The fingerprints that verdicts must have, by name of the rule. Rules that do not move have none. */
export function fingerprintsOf(codeHash: string, config: LoadedConfig): ReadonlyMap<string, string> {
  const moving = config.migration.rules.filter(({ candidate }) => candidate !== undefined);
  return new Map(moving.map((rule) => [rule.name, fingerprintOf(codeHash, rule, config)]));
}

/** Opens the gates of a configuration. One in which nothing moves pays nothing for them. */
export function openGates(config: LoadedConfig, data: string, log: Log): OpenGates {
  const { migration } = config;
  if (!migration.rules.some(({ candidate }) => candidate !== undefined)) {
    const gates = fixedGates(migration);
    return { gates, counts: undefined, close: gates.close };
  }
  const codeHash = tryHash(log);
  const fingerprints = codeHash === undefined ? new Map<string, string>() : fingerprintsOf(codeHash, config);
  const gates = createGates({ migration, fingerprints, data, log });
  const counts = new RunningCounts(data, codeHash);
  const close = (): void => {
    gates.close();
    counts.close();
  };
  return { gates, counts, close };
}

/** Code without a known hash is let through no gate; it still serves. */
function tryHash(log: Log): string | undefined {
  try {
    return hashRunningCode();
  } catch (error) {
    log.error('the running code has no fingerprint', { why: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
