import type { JsonValue } from '@stagegate/core-transforms';
import type { Environment } from '../config/index.ts';
import type { Clock, Deployment } from '../ports/index.ts';

/** Anything with settings to find credentials by: a deployment, or a service that is not a provider. */
export interface Settled extends Pick<Deployment, 'secrets'> {
  readonly settings: Pick<Deployment['settings'], 'options'>;
}

/** What credentials are made with. */
export interface CredentialSources {
  /** The process's environment. A deployment's own settings come first. */
  readonly env: Environment;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** For token endpoints. */
  readonly fetch: typeof globalThis.fetch;
}

/** Why there is no credential. Its message may name settings and hosts, never a secret. */
export class CredentialProblem extends Error {}

/** A setting of a deployment, secret or not, as text; else the first of its variables that is set. */
export function readSetting(
  deployment: Settled,
  names: readonly string[],
  env: Environment,
  variables: readonly string[],
): string | undefined {
  const own = names.map((name) => textOf(readValue(deployment, name))).find((value) => value !== undefined);
  return own ?? variables.map((name) => textOf(env[name])).find((value) => value !== undefined);
}

/** The setting's value as it is in the configuration. */
export function readValue({ secrets, settings }: Settled, name: string): JsonValue | undefined {
  return secrets?.[name] ?? settings.options[name];
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
