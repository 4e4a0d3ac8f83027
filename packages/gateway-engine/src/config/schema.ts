import * as v from 'valibot';
import { DEFAULT_GATE } from '../ports/index.ts';
import { CacheSchema, RedisSchema } from './cache-schema.ts';
import { ANSWER_SETTINGS, CALLER_SETTINGS } from './caller-settings.ts';
import { type ConfigIssue, issueAt } from './config-issue.ts';
import { type ConfigNode, toPlain } from './config-node.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { RecordSchema } from './record-schema.ts';
import { DEPLOYMENT_ROUTING, MODEL_INFO, RELIABILITY, ROUTING } from './router-schema.ts';
import { AtLeastZero, Count, Flag, HttpUrl, Mapping, Text, Texts } from './value-schemas.ts';
import { TEAM_METADATA, TENANT_SETTINGS } from './tenant-settings.ts';

/** The messages for something that is not an object, and for required members that are missing. */
function objectMessage(whole: string, members: Readonly<Record<string, string>>): (issue: v.BaseIssue<unknown>) => string {
  return ({ expected }) => members[(expected ?? '').replaceAll('"', '')] ?? whole;
}

const MODEL = '"provider/model"';
const MODEL_NAME = 'the name that clients ask for';
const PARAMS = 'a mapping with "model"';
const LANE = 'reference, legacy-io, legacy-thin or hono';

const HEADERS = v.nullish(
  v.record(v.string(), v.union([v.string(), v.number(), v.boolean()], 'text'), 'a mapping of header names to text'),
);

const PARAMS_ENTRIES = {
  custom_llm_provider: Text,
  api_base: HttpUrl,
  base_url: HttpUrl,
  api_key: Text,
  weight: AtLeastZero,
  rpm: AtLeastZero,
  tpm: AtLeastZero,
  timeout: AtLeastZero,
  request_timeout: AtLeastZero,
  stream_timeout: AtLeastZero,
  ...DEPLOYMENT_ROUTING,
  drop_params: Flag,
  modify_params: Flag,
  additional_drop_params: Texts,
  allowed_openai_params: Texts,
  headers: HEADERS,
  extra_headers: HEADERS,
  litellm_credential_name: Text,
  mock_timeout: Flag,
  mock_delay: AtLeastZero,
};

const LitellmParamsSchema = v.looseObject(
  { ...PARAMS_ENTRIES, model: v.pipe(v.string(MODEL), v.nonEmpty(MODEL)) },
  objectMessage(PARAMS, { model: MODEL }),
);

const DeploymentSchema = v.looseObject(
  {
    model_name: v.pipe(v.string(MODEL_NAME), v.nonEmpty(MODEL_NAME)),
    litellm_params: LitellmParamsSchema,
    model_info: MODEL_INFO,
  },
  objectMessage('a mapping with "model_name" and "litellm_params"', { model_name: MODEL_NAME, litellm_params: PARAMS }),
);

const LaneSchema = v.picklist(['reference', 'legacy-io', 'legacy-thin', 'hono'], LANE);

const MODE = 'off, canary or on (shadow does not exist yet)';
// YAML 1.1 reads a bare `on` as true.
const ModeSchema = v.pipe(
  v.union([v.boolean(), v.picklist(['off', 'canary', 'on'])], MODE),
  v.transform((mode) => (mode === true ? 'on' : mode === false ? 'off' : mode)),
);
const PERCENT = 'a number above 0, at most 100';
const STICKY = 'key, team or session';

const CandidateSchema = v.strictObject(
  {
    lane: LaneSchema,
    mode: v.optional(ModeSchema, 'off'),
    percent: v.optional(v.pipe(v.number(PERCENT), v.gtValue(0, PERCENT), v.maxValue(100, PERCENT))),
    sticky: v.optional(v.picklist(['key', 'team', 'session'], STICKY), 'key'),
  },
  objectMessage('a mapping of lane, mode, percent, sticky', { lane: LANE }),
);

const SHARE = 'a number above 0 and below 1';
const ShareSchema = v.pipe(v.number(SHARE), v.gtValue(0, SHARE), v.ltValue(1, SHARE));
const SAMPLES = 'how many samples each stratum needs (a whole number ≥ 1)';
const RATIO = 'a ratio above 0';

const GateSchema = v.strictObject(
  {
    mismatch_max: v.optional(ShareSchema, DEFAULT_GATE.mismatch_max),
    confidence: v.optional(ShareSchema, DEFAULT_GATE.confidence),
    stratum_min: v.optional(
      v.pipe(
        v.number(SAMPLES),
        v.check((count) => Number.isSafeInteger(count) && count >= 1, SAMPLES),
      ),
      DEFAULT_GATE.stratum_min,
    ),
    p99_latency_ratio_max: v.exactOptional(v.pipe(v.number(RATIO), v.gtValue(0, RATIO), v.finite(RATIO))),
  },
  'a mapping of mismatch_max, confidence, stratum_min, p99_latency_ratio_max',
);

const RuleSchema = v.strictObject(
  {
    name: v.optional(v.pipe(v.string('a name'), v.regex(/^[a-z0-9][a-z0-9-]*$/u, 'a name of a-z, 0-9 and "-"'))),
    match: v.strictObject(
      {
        route: v.optional(v.pipe(v.string('a path'), v.startsWith('/', 'a path that starts with "/"'))),
        provider: v.optional(v.string('a provider id')),
        model: v.optional(v.string('a model name')),
        stream: v.optional(v.boolean('true or false')),
      },
      'a mapping of route, provider, model, stream',
    ),
    lane: LaneSchema,
    candidate: v.optional(CandidateSchema),
    gate: v.optional(GateSchema),
  },
  objectMessage('a mapping of name, match, lane, candidate, gate', { lane: LANE, match: 'a mapping of route, provider, model, stream' }),
);

// This block is ours, so that an unknown key in it is a mistake, not a warning.
const MigrationSchema = v.strictObject(
  {
    reference_url: HttpUrl,
    rules: v.nullish(v.array(RuleSchema, 'a list of rules'), []),
    default: v.nullish(v.strictObject({ lane: LaneSchema }, 'a mapping with "lane"')),
    record: v.nullish(RecordSchema),
  },
  'a mapping of reference_url, rules, default, record',
);

const HEALTH_ROUTING = {
  background_health_check_model_groups: Texts,
  enable_health_check_routing: Flag,
  health_check_staleness_threshold: AtLeastZero,
  health_check_ignore_transient_errors: Flag,
};

const ConfigSchema: v.GenericSchema<unknown, ParsedConfig> = v.looseObject({
  model_list: v.nullish(v.array(DeploymentSchema, 'a list of deployments'), []),
  environment_variables: v.nullish(
    v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()], 'text'), 'a mapping of names to text'),
  ),
  credential_list: v.nullish(
    v.array(
      v.looseObject(
        { credential_name: v.string('a name'), credential_values: v.nullish(v.record(v.string(), v.unknown(), 'a mapping'), {}) },
        'a mapping',
      ),
      'a list of credentials',
    ),
    [],
  ),
  general_settings: v.nullish(
    v.looseObject(
      {
        master_key: Text,
        max_request_size_mb: AtLeastZero,
        allow_client_side_credentials: Flag,
        database_url: Text,
        database_connection_pool_limit: AtLeastZero,
        store_model_in_db: Flag,
        encryption_algorithm: Text,
        proxy_config_reload_interval_seconds: AtLeastZero,
        dangerously_permit_weak_or_unset_master_key: Flag,
        dangerously_allow_mock_testing_request_params: Flag,
        coordination_redis: v.nullish(RedisSchema),
        background_health_checks: Flag,
        health_check_interval: AtLeastZero,
        health_check_details: Flag,
        health_check_concurrency: Count,
        health_check_skip_disabled_background_models: Flag,
        use_shared_health_check: Flag,
        ...HEALTH_ROUTING,
        disable_custom_api_keys: Flag,
        team_metadata_schema: TEAM_METADATA,
        ...CALLER_SETTINGS,
      },
      'a mapping',
    ),
    {},
  ),
  litellm_settings: v.nullish(
    v.looseObject(
      {
        drop_params: Flag,
        modify_params: Flag,
        request_timeout: AtLeastZero,
        json_logs: Flag,
        cache: Flag,
        cache_params: v.nullish(CacheSchema),
        enable_caching_on_provider_specific_optional_params: Flag,
        ...TENANT_SETTINGS,
        ...ANSWER_SETTINGS,
        ...RELIABILITY,
      },
      'a mapping',
    ),
    {},
  ),
  router_settings: v.nullish(
    v.looseObject(
      {
        timeout: AtLeastZero,
        stream_timeout: AtLeastZero,
        default_litellm_params: v.nullish(v.looseObject(PARAMS_ENTRIES, 'a mapping')),
        redis_url: Text,
        redis_host: Text,
        redis_port: Count,
        redis_password: Text,
        redis_db: Count,
        cache_responses: Flag,
        cache_kwargs: v.nullish(CacheSchema),
        caching_groups: v.nullish(v.array(v.array(v.unknown(), 'a list of model groups'), 'a list of lists of model groups')),
        ...HEALTH_ROUTING,
        ...RELIABILITY,
        ...ROUTING,
        model_group_alias: v.nullish(
          v.record(
            v.string(),
            v.union([v.string(), v.looseObject({ model: v.string() })], 'a model name or a mapping with "model"'),
            'a mapping',
          ),
        ),
      },
      'a mapping',
    ),
    {},
  ),
  callback_settings: Mapping,
  migration: v.nullish(MigrationSchema),
});

/** The file's shape, checked. */
export interface CheckedShape {
  /** The whole file; or what remains without its faulty rows, rules and sections, so that the rest can be checked, too. */
  readonly config: ParsedConfig;
  readonly issues: readonly ConfigIssue[];
}

/** Checks the file's shape: every problem at once, each at its place. */
export function checkShape(root: ConfigNode): CheckedShape {
  const result = v.safeParse(ConfigSchema, toPlain(root));
  if (result.success) return { config: result.output, issues: [] };
  const faults = result.issues.map((issue) => ({ issue, path: pathOf(issue) }));
  const sound = setAside(
    result.output,
    faults.map(({ path }) => path),
  );
  return {
    // What the schema has not objected to has the schema's shape.
    config: sound as ParsedConfig,
    issues: faults.map(({ issue, path }) => {
      if (issue.type === 'strict_object' && issue.expected === 'never')
        return { ...issueAt(root, path, 'a key that this block has'), found: `the unknown key "${path.at(-1)}"` };
      return issueAt(root, path, issue.message);
    }),
  };
}

type Path = readonly (string | number)[];

function pathOf(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

/** Removes each fault with its list entry (which becomes null), its section, or its key of the migration block. */
function setAside(output: unknown, faults: readonly Path[]): unknown {
  const sound: unknown = structuredClone(output);
  for (const path of faults) {
    const number = path.findIndex((key) => typeof key === 'number');
    const depth = number !== -1 ? number : path[0] === 'migration' && path.length > 1 ? 1 : 0;
    let holder = sound;
    for (const key of path.slice(0, depth)) holder = memberOf(holder, key);
    const last = path[depth];
    if (typeof holder === 'object' && holder !== null && last !== undefined) Object.assign(holder, { [last]: null });
  }
  return sound;
}

function memberOf(holder: unknown, key: string | number): unknown {
  return typeof holder === 'object' && holder !== null ? Object.entries(holder).find(([name]) => name === String(key))?.[1] : undefined;
}
