import type { JsonObject } from '@stagegate/core-transforms';
import type { AdmissionSettings, Deployment, GatewayConfig, MediaSettings, Migration, TokenLimits } from '../ports/index.ts';
import type { RecordSettings } from '../record/create-recorder.ts';
import type { DrainSettings } from './admission-settings.ts';
import type { ConfigIssue } from './config-issue.ts';
import type { DatabaseSettings } from './database-settings.ts';
import type { Environment } from './env-refs.ts';
import type { HealthSettings } from './health-settings.ts';
import type { LogSettings } from './log-settings.ts';
import type { TenantSettings } from './tenant-settings.ts';
import type { MissingSetting } from './protecting-settings.ts';
import type { RedisRoles } from './redis-settings.ts';

/** A deployment, with what only the banner and the model routes need. */
export interface ConfiguredDeployment extends Deployment {
  /** The environment variable for the key or host that it lacks; undefined when it lacks nothing. */
  readonly needs: string | undefined;
  /** `model_info` as it stands, its id filled in. */
  readonly modelInfo: JsonObject;
  /** `itpm` and `otpm`, enforced or not; absent: none. */
  readonly tokenLimits?: TokenLimits;
  /** The prices among its `litellm_params`, as they stand there. */
  readonly ownPrices: JsonObject;
  /** Everything in the row that decides how its calls are transformed, without secrets: equal texts are transformed alike. */
  readonly shape: string;
}

/** A row of `model_list` that no lane of ours can serve. */
export interface UnservedDeployment {
  readonly modelGroup: string;
  readonly underlyingModel: string;
  readonly why: string;
}

/** A variable that is not set, and where the file takes it from. */
export interface UnsetVariable {
  readonly variable: string;
  /** `model_list[0].litellm_params.api_base`. */
  readonly path: string;
}

/** A config file, resolved and frozen. It holds keys: it is never logged, and never leaves the process as a whole. */
export interface LoadedConfig extends GatewayConfig {
  readonly deployments: readonly ConfiguredDeployment[];
  readonly unserved: readonly UnservedDeployment[];
  /** What deployments lack besides secrets: addresses, regions, versions. Their calls are other ones with them. */
  readonly unset: readonly UnsetVariable[];
  /** Aliases that `/v1/models` does not list. */
  readonly hiddenAliases: ReadonlySet<string>;
  readonly migration: Migration;
  /** Which calls are recorded, and where to; undefined: none. */
  readonly record: RecordSettings | undefined;
  /** Guards that are asked for, not built, and not accepted. Without a reference they stop `serve`. */
  readonly missing: readonly MissingSetting[];
  /** The calls that those guards protect: with a reference, it serves them. */
  readonly referenceOnly: { readonly everything: boolean; readonly modelGroups: ReadonlySet<string> };
  /** The process's variables and the file's own, for credentials that are left to the environment. */
  readonly environment: Environment;
  readonly database: DatabaseSettings;
  readonly redis: RedisRoles;
  /** Undefined: calls at once are not limited. */
  readonly admission: AdmissionSettings | undefined;
  readonly drain: DrainSettings;
  readonly media: MediaSettings;
  /** The file with its includes as it may be shown: without secrets, and without what the database adds. */
  readonly shown: JsonObject;
  readonly health: HealthSettings;
  readonly log: LogSettings;
  /** Defaults and upper bounds for keys, teams and users that are made over HTTP. */
  readonly tenants: TenantSettings;
  /** Absolute paths of the file and of all it includes. */
  readonly files: readonly string[];
}

/** A config, or every problem at once. */
export type ConfigOutcome =
  | { readonly ok: true; readonly config: LoadedConfig; readonly warnings: readonly ConfigIssue[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[]; readonly warnings: readonly ConfigIssue[] };
