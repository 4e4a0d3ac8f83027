import { findDrainIssues, findDrainWarnings, toAdmission, toDrain } from './admission-settings.ts';
import { toMediaSettings } from './media-settings.ts';
import { findCallerIssues, findCallerWarnings, toCallerSettings } from './caller-settings.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, formatPath, fromPlain, membersOf, nodeAt, placeAt, toPlain } from './config-node.ts';
import { toCaching } from './caching-settings.ts';
import { toDatabaseSettings } from './database-settings.ts';
import { toDeployments } from './deployments.ts';
import { type Environment, findUnsetRefs, isOn, resolveEnvRefs } from './env-refs.ts';
import { toHealthSettings } from './health-settings.ts';
import { mergeIncludes } from './includes.ts';
import { findIgnoredSettings } from './ignored-settings.ts';
import type { ConfigOutcome, LoadedConfig, UnsetVariable } from './loaded-config.ts';
import { toLogSettings } from './log-settings.ts';
import { toMigration } from './migration.ts';
import { isSecretName } from './param-names.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { findIdleAcceptances, findMissingSettings, isAccepted } from './protecting-settings.ts';
import { FileReader } from './read-files.ts';
import { readYaml } from './read-yaml.ts';
import { toRedisRoles } from './redis-settings.ts';
import { checkShape } from './schema.ts';
import { toShown } from './shown-config.ts';
import { type ExtraRow, findBadRows, withRows } from './stored-rows.ts';
import { findTenantIssues, toTenantSettings } from './tenant-settings.ts';
import { toRouter } from './to-router.ts';

/** What a config is read with. */
export interface ConfigContext {
  readonly env: Environment;
  /** The file's name in messages, and the base of relative includes; default `config.yaml`. */
  readonly file?: string;
  /** Guards that the user agrees to do without: names or paths, as `findMissingSettings` gives them. */
  readonly acceptMissing?: readonly string[];
  /** Rows to add behind the file's. One that cannot be served is left out, with a warning. */
  readonly rows?: readonly ExtraRow[];
  /** The size of the file and all its includes; default: any. Reading blocks the process. */
  readonly bytesMax?: number;
}

const REQUEST_TIMEOUT_SECONDS = 6000;
const BODY_MEGABYTES_MAX = 50;
const BYTES_PER_MEGABYTE = 1024 * 1024;
/** Settings are checked against each other only once all have the right shape. */
const WITHOUT_SETTINGS: ParsedConfig = {};
/** The example key of the reference's own documentation, which it refuses, too. */
const PUBLIC_MASTER_KEY = 'sk-1234';
/** The variable by which the reference permits it all the same. */
const PERMIT_VARIABLE = 'LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY';

/**
 * Reads a config file and all it includes.
 *
 * errors: throws for a file that cannot be read (the caller words it); everything else comes as issues, all at once.
 */
export function loadConfig(path: string, context: Omit<ConfigContext, 'file'>): ConfigOutcome {
  const files = new FileReader(context.bytesMax);
  return parse(files.read(path), { ...context, file: path }, files);
}

/** The same from text, or from a plain object as `JSON.parse` gives it (then issues have no line). */
export function parseConfig(source: string | object, context: ConfigContext): ConfigOutcome {
  return parse(source, context, new FileReader(context.bytesMax));
}

function parse(source: string | object, context: ConfigContext, files: FileReader): ConfigOutcome {
  const { env, file = 'config.yaml', acceptMissing = [], rows = [] } = context;
  const read =
    typeof source === 'string'
      ? readYaml(source, file)
      : { root: fromPlain(source, { file, line: 0, column: 0 }), errors: [], warnings: [] };
  if (read.root === undefined) return { ok: false, issues: read.errors, warnings: read.warnings };
  const merged = mergeIncludes(read.root, file, files);
  const warnings = [...read.warnings, ...merged.warnings];
  const ownEnv = withOwnVariables(merged.root, env);
  const root = withRows(resolveEnvRefs(merged.root, ownEnv), rows, ownEnv);
  const { config, issues: shapeIssues } = checkShape(root);
  const list = toDeployments(config, root, ownEnv);
  const settled = shapeIssues.length === 0 ? config : WITHOUT_SETTINGS;
  const { router, issues: routerIssues, warnings: routerWarnings } = toRouter(settled, root);
  const { migration, record, issues: migrationIssues } = toMigration(config.migration ?? undefined, root);
  const { caching, warnings: cachingWarnings } = toCaching(settled, root);
  const { redis, issues: redisIssues, warnings: redisWarnings } = toRedisRoles(settled, root, ownEnv);
  const issues = inOrder([
    ...merged.errors,
    ...shapeIssues,
    ...list.issues,
    ...routerIssues,
    ...migrationIssues,
    ...redisIssues,
    ...findTenantIssues(settled, root),
    ...findKeyIssues(config, root, ownEnv),
    ...findCallerIssues(config, root, ownEnv),
    ...findDrainIssues(root),
  ]);
  const asked = findMissingSettings(root);
  warnings.push(
    ...routerWarnings,
    ...redisWarnings,
    ...cachingWarnings,
    ...findIgnoredSettings(root),
    ...findCallerWarnings(config, root, ownEnv),
    ...findDrainWarnings(config, root, ownEnv),
    ...findUnsetWarnings(root),
    ...findIdleAcceptances(acceptMissing, asked),
  );
  const missing = asked.filter((setting) => !isAccepted(setting, acceptMissing));
  const bad = findBadRows(rows, issues, missing);
  if (bad.size > 0) {
    const rest = parseConfig(source, { ...context, rows: rows.filter(({ name }) => !bad.has(name)) });
    return { ...rest, warnings: [...bad.values(), ...rest.warnings] };
  }
  if (issues.length > 0) return { ok: false, issues, warnings };

  const loaded: LoadedConfig = {
    ...toGatewaySettings(config, ownEnv),
    deployments: list.deployments,
    hasWindows: list.deployments.some(({ windows }) => windows !== undefined),
    router,
    unserved: list.unserved,
    unset: findUnsetOptions(root),
    migration,
    record,
    missing,
    referenceOnly: toReferenceOnly(missing),
    environment: { ...ownEnv },
    redis,
    ...(caching !== undefined && { caching }),
    shown: toShown(merged.root),
    files: merged.files,
  };
  return { ok: true, config: deepFreeze(loaded), warnings };
}

/** `environment_variables:` is applied before anything else is read, and overrides the process's own. */
function withOwnVariables(root: ConfigNode, env: Environment): Environment {
  const block = membersOf(root)?.get('environment_variables');
  const own = toPlain(resolveEnvRefs(block ?? { place: root.place, content: null }, env));
  if (typeof own !== 'object' || own === null) return env;
  return { ...env, ...Object.fromEntries(Object.entries(own).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))) };
}

type GatewaySettings = Omit<
  LoadedConfig,
  | 'deployments'
  | 'hasWindows'
  | 'unserved'
  | 'unset'
  | 'migration'
  | 'record'
  | 'missing'
  | 'referenceOnly'
  | 'environment'
  | 'redis'
  | 'shown'
  | 'files'
>;

function toGatewaySettings(config: ParsedConfig, env: Environment): GatewaySettings {
  const general = config.general_settings;
  const aliases = Object.entries(config.router_settings?.model_group_alias ?? {});
  return {
    modelGroupAliases: new Map(aliases.map(([alias, target]) => [alias, typeof target === 'string' ? target : target.model])),
    hiddenAliases: new Set(aliases.flatMap(([alias, target]) => (typeof target === 'object' && target.hidden === true ? [alias] : []))),
    masterKey: masterKeyOf(config, env),
    ...saltKeyOf(env),
    keyHeaderName: general?.litellm_key_header_name?.toLowerCase(),
    bodyBytesMax: (general?.max_request_size_mb ?? BODY_MEGABYTES_MAX) * BYTES_PER_MEGABYTE,
    ...toAnswerSize(general?.max_response_size_mb ?? undefined),
    allowClientSideCredentials: general?.allow_client_side_credentials ?? false,
    mocksAllowed: general?.dangerously_allow_mock_testing_request_params === true,
    ...toCallerSettings(config, env),
    media: toMediaSettings(config, env),
    database: toDatabaseSettings(config, env),
    admission: toAdmission(config),
    drain: toDrain(config, env),
    health: toHealthSettings(config),
    log: toLogSettings(config, env),
    tenants: toTenantSettings(config, env),
    requestTimeoutSeconds: config.litellm_settings?.request_timeout ?? config.router_settings?.timeout ?? REQUEST_TIMEOUT_SECONDS,
  };
}

function toAnswerSize(megabytesMax: number | undefined): { answerBytesMax?: number } {
  return megabytesMax === undefined ? {} : { answerBytesMax: megabytesMax * BYTES_PER_MEGABYTE };
}

function toReferenceOnly(missing: LoadedConfig['missing']): LoadedConfig['referenceOnly'] {
  return {
    everything: missing.some(({ modelGroup }) => modelGroup === undefined),
    modelGroups: new Set(missing.flatMap(({ modelGroup }) => (modelGroup === undefined ? [] : [modelGroup]))),
  };
}

function masterKeyOf(config: ParsedConfig, env: Environment): string | undefined {
  return config.general_settings?.master_key ?? env['LITELLM_MASTER_KEY'] ?? undefined;
}

/** An empty one is none. */
function saltKeyOf({ LITELLM_SALT_KEY: saltKey = '' }: Environment): { saltKey?: string } {
  return saltKey === '' ? {} : { saltKey };
}

/** In the order of their files and lines. */
function inOrder(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const files = issues.map(({ file }) => file);
  return issues.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}

/** Keys that protect nothing: empty, publicly known, or from a variable that is not set. */
function findKeyIssues(config: ParsedConfig, root: ConfigNode, env: Environment): ConfigIssue[] {
  const path = ['general_settings', 'master_key'];
  const node = nodeAt(root, path);
  if (node?.variable !== undefined && node.content === null) return [issueAt(root, path, 'a key')];
  const permitted = config.general_settings?.dangerously_permit_weak_or_unset_master_key === true || isOn(env[PERMIT_VARIABLE]);
  if (permitted) return [];
  const key = masterKeyOf(config, env);
  const expected = 'a master key that nobody can guess (sk-…)';
  const place = node === undefined ? { file: 'environment', line: 0, column: 0 } : placeAt(root, path);
  const shownPath = node === undefined ? 'LITELLM_MASTER_KEY' : formatPath(path);
  if (key === '') return [{ ...place, path: shownPath, expected, found: 'an empty one' }];
  return key === PUBLIC_MASTER_KEY ? [{ ...place, path: shownPath, expected, found: 'the one from the documentation' }] : [];
}

/** Missing keys and hosts show in the table of models; every other variable that is not set is worth a warning. */
function findUnsetWarnings(root: ConfigNode): ConfigIssue[] {
  return findUnsetRefs(root)
    .filter(({ path }) => !(path[0] === 'model_list' && ['api_key', 'api_base', 'base_url'].includes(String(path.at(-1)))))
    .map(({ path, variable }) => issueAt(root, path, `the environment variable ${variable} to be set`, 'nothing'));
}

/** Where deployments are described. */
const DEPLOYMENTS: ReadonlySet<string> = new Set(['model_list', 'credential_list']);

function findUnsetOptions(root: ConfigNode): UnsetVariable[] {
  return findUnsetRefs(root)
    .filter(({ path }) => DEPLOYMENTS.has(String(path[0])) && !path.some((name) => isSecretName(String(name))))
    .map(({ path, variable }) => ({ variable, path: formatPath(path) }));
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof RegExp) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
