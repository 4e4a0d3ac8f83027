import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Deployment } from '../ports/index.ts';
import { formatIssue, loadConfig, parseConfig, type ConfigOutcome, type LoadedConfig } from './index.ts';

const KEY = 'general_settings: { master_key: sk-of-the-test }\n';

/** Lines of YAML at any indent of the test, as they would stand in a file. */
function yaml(text: string): string {
  const lines = text.replace(/^\n/u, '').split('\n');
  const indent = /^ */u.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** A `model_list` of one row. */
function row(name: string): string {
  return `model_list: [{ model_name: ${name}, litellm_params: { model: openai/x, api_key: k } }]\n`;
}

function lines(outcome: ConfigOutcome): { issues: string[]; warnings: string[] } {
  return { issues: outcome.ok ? [] : outcome.issues.map(formatIssue), warnings: outcome.warnings.map(formatIssue) };
}

function parsed(text: string, env: Record<string, string> = {}, acceptMissing: string[] = []): LoadedConfig {
  const outcome = parseConfig(yaml(text), { env, acceptMissing });
  if (!outcome.ok) throw new Error(lines(outcome).issues.join('\n'));
  return outcome.config;
}

const BAD: [name: string, text: string, issues: string[]][] = [
  [
    'not YAML',
    'model_list: [',
    ['config.yaml:1:14 expected YAML, found Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  ['empty', '', ['config.yaml:1:1 expected a mapping such as "model_list: …", found an empty config.yaml']],
  ['a list', '- a\n', ['config.yaml:1:1 expected a mapping such as "model_list: …", found a list']],
  [
    'every problem at once',
    `
    model_list:
      - litellm_params: { model: openai/gpt-4o, rpm: ten }
      - model_name: b
        litellm_params: { model: 7, timeout: -1, api_base: localhost }
      - plain text
    litellm_settings: on
    `,
    [
      'config.yaml:2:5 model_list[0].model_name: expected the name that clients ask for, found nothing',
      'config.yaml:2:50 model_list[0].litellm_params.rpm: expected a number ≥ 0, found "ten"',
      'config.yaml:4:30 model_list[1].litellm_params.model: expected "provider/model", found 7',
      'config.yaml:4:42 model_list[1].litellm_params.timeout: expected a number ≥ 0, found -1',
      'config.yaml:4:56 model_list[1].litellm_params.api_base: expected an http(s) URL, found "localhost"',
      'config.yaml:5:5 model_list[2]: expected a mapping with "model_name" and "litellm_params", found "plain text"',
      'config.yaml:6:19 litellm_settings: expected a mapping, found true',
    ],
  ],
  [
    'a secret of the wrong kind is not shown',
    'general_settings: { master_key: 12345 }\n',
    ['config.yaml:1:33 general_settings.master_key: expected text, found a number'],
  ],
  [
    'a model nobody knows',
    'model_list:\n  - model_name: a\n    litellm_params: { model: some-model }\n',
    ['config.yaml:3:30 model_list[0].litellm_params.model: expected a model of a known provider ("provider/model"), found "some-model"'],
  ],
  [
    'a provider nobody knows',
    'model_list:\n  - model_name: a\n    litellm_params: { model: x, custom_llm_provider: nobody }\n',
    ['config.yaml:3:54 model_list[0].litellm_params.custom_llm_provider: expected a provider id, found "nobody"'],
  ],
  [
    'a credential that is not there',
    'model_list:\n  - model_name: a\n    litellm_params: { model: openai/x, litellm_credential_name: lost }\n',
    [
      'config.yaml:3:65 model_list[0].litellm_params.litellm_credential_name: expected the credential_name of an entry in credential_list, found "lost"',
    ],
  ],
  [
    'a master key from a variable that is not set',
    'general_settings: { master_key: os.environ/MK }\n',
    ['config.yaml:1:33 general_settings.master_key: expected a key, found os.environ/MK, which is not set'],
  ],
  [
    'the master key of the documentation',
    'general_settings: { master_key: sk-1234 }\n',
    [
      'config.yaml:1:33 general_settings.master_key: expected a master key that nobody can guess (sk-…), found the one from the documentation',
    ],
  ],
  [
    'what is recorded',
    `
    migration:
      record: { sample: 2, max_bytes: 10, content: some, redact: ['$.a', messages, '/[/'], folder: x }
    `,
    [
      'config.yaml:2:11 migration.record.dir: expected a folder to write to, found nothing',
      'config.yaml:2:21 migration.record.sample: expected a share of calls from 0 to 1, found 2',
      'config.yaml:2:35 migration.record.max_bytes: expected a whole number of bytes, at least 1048576, found 10',
      'config.yaml:2:48 migration.record.content: expected keep, hash or drop, found "some"',
      'config.yaml:2:70 migration.record.redact[1]: expected a JSON path that starts with "$", or a regular expression between slashes, found "messages"',
      'config.yaml:2:80 migration.record.redact[2]: expected a JSON path that starts with "$", or a regular expression between slashes, found "/[/"',
      'config.yaml:2:96 migration.record.folder: expected a key that this block has, found the unknown key "folder"',
    ],
  ],
  [
    'migration rules',
    `
    migration:
      refrence_url: http://x
      rules:
        - { match: { route: /v1/ocr, provider: mistral }, lane: hono }
        - { match: { route: /v1/ocr, provider: mistral }, lane: rust }
        - { match: { path: /v1/ocr }, lane: hono, candidate: { lane: hono, mode: shadow } }
    `,
    [
      'config.yaml:2:17 migration.refrence_url: expected a key that this block has, found the unknown key "refrence_url"',
      'config.yaml:5:61 migration.rules[1].lane: expected reference, legacy-io, legacy-thin or hono, found "rust"',
      'config.yaml:6:24 migration.rules[2].match.path: expected a key that this block has, found the unknown key "path"',
      'config.yaml:6:78 migration.rules[2].candidate.mode: expected off, canary or on (shadow does not exist yet), found "shadow"',
    ],
  ],
  [
    'gates',
    `
    migration:
      rules:
        - { match: { model: a }, lane: hono, candidate: { lane: legacy-io }, gate: { mismatch_max: 0.001, confidence: high } }
        - { match: { model: b }, lane: hono, candidate: { lane: legacy-io }, gate: { mismatch_max: 0, confidence: 1, stratum_min: 0.5 } }
        - { match: { model: c }, lane: hono, candidate: { lane: legacy-io }, gate: 0.01 }
        - { match: { model: d }, lane: hono, candidate: { lane: legacy-io, mode: canary, percent: 0, sticky: user } }
    `,
    [
      'config.yaml:3:115 migration.rules[0].gate.confidence: expected a number above 0 and below 1, found "high"',
      'config.yaml:4:96 migration.rules[1].gate.mismatch_max: expected a number above 0 and below 1, found 0',
      'config.yaml:4:111 migration.rules[1].gate.confidence: expected a number above 0 and below 1, found 1',
      'config.yaml:4:127 migration.rules[1].gate.stratum_min: expected how many samples each stratum needs (a whole number ≥ 1), found 0.5',
      'config.yaml:5:80 migration.rules[2].gate: expected a mapping of mismatch_max, confidence, stratum_min, p99_latency_ratio_max, found 0.01',
      'config.yaml:6:95 migration.rules[3].candidate.percent: expected a number above 0, at most 100, found 0',
      'config.yaml:6:106 migration.rules[3].candidate.sticky: expected key, team or session, found "user"',
    ],
  ],
  [
    'candidates and gates that would do nothing',
    `
    migration:
      rules:
        - { match: { model: a }, lane: hono, candidate: { lane: legacy-io, mode: canary } }
        - { match: { model: b }, lane: hono, candidate: { lane: hono } }
        - { match: { model: c }, lane: hono, gate: { mismatch_max: 0.001, confidence: 0.95, stratum_min: 20 } }
    `,
    [
      'config.yaml:3:53 migration.rules[0].candidate.percent: expected how much of the callers a canary takes (a percent), found nothing',
      'config.yaml:4:61 migration.rules[1].candidate.lane: expected another lane than the one that serves, found "hono"',
      'config.yaml:5:48 migration.rules[2].gate: expected a candidate beside the gate, found none',
    ],
  ],
  [
    'problems of shape hide none of meaning',
    `
    credential_list: [{ credential_name: one }, nonsense]
    model_list:
      - { model_name: a, litellm_params: { model: some-model } }
      - { model_name: b, litellm_params: { model: openai/b, rpm: ten } }
      - { model_name: c, litellm_params: { model: openai/c, litellm_credential_name: lost } }
      - { model_name: d, litellm_params: { model: openai/d, litellm_credential_name: one } }
    migration:
      reference_url: localhost
      rules:
        - { match: { provider: openai }, lane: rust }
        - { match: { provider: nobody }, lane: hono }
        - { match: { provider: nobody }, lane: reference }
    general_settings: { master_key: sk-1234 }
    `,
    [
      'config.yaml:1:45 credential_list[1]: expected a mapping, found "nonsense"',
      'config.yaml:3:47 model_list[0].litellm_params.model: expected a model of a known provider ("provider/model"), found "some-model"',
      'config.yaml:4:62 model_list[1].litellm_params.rpm: expected a number ≥ 0, found "ten"',
      'config.yaml:5:82 model_list[2].litellm_params.litellm_credential_name: expected the credential_name of an entry in credential_list, found "lost"',
      'config.yaml:8:18 migration.reference_url: expected an http(s) URL, found "localhost"',
      'config.yaml:10:44 migration.rules[0].lane: expected reference, legacy-io, legacy-thin or hono, found "rust"',
      'config.yaml:11:28 migration.rules[1].match.provider: expected a provider id, found "nobody"',
      'config.yaml:12:7 migration.rules[2]: expected a name of its own, found "nobody", as rules[1] has it',
      'config.yaml:12:28 migration.rules[2].match.provider: expected a provider id, found "nobody"',
      'config.yaml:13:33 general_settings.master_key: expected a master key that nobody can guess (sk-…), found the one from the documentation',
    ],
  ],
  [
    'two rules of one name, and a lane that leads nowhere',
    `
    migration:
      rules:
        - { match: { route: /v1/ocr, provider: mistral }, lane: hono }
        - { name: v1-ocr-mistral, match: { model: a }, lane: reference }
        - { name: default, match: { model: b }, lane: hono }
      default: { lane: reference }
    `,
    [
      'config.yaml:4:7 migration.rules[1]: expected a name of its own, found "v1-ocr-mistral", as rules[0] has it',
      'config.yaml:4:58 migration.rules[1].lane: expected a reference_url for lane "reference", found none',
      'config.yaml:5:7 migration.rules[2]: expected a name of its own, found "default", which calls of no rule go by',
      'config.yaml:6:20 migration.default.lane: expected a reference_url for lane "reference", found none',
    ],
  ],
  ['an include that is not there', 'include: [lost.yaml]\n', ['config.yaml:1:11 include: expected a file that exists, found "lost.yaml"']],
];

test.each(BAD)('bad config: %s', (_name, text, issues) => {
  expect(lines(parseConfig(yaml(text), { env: {} })).issues).toStrictEqual(issues);
});

test('unknown keys and unset variables warn, each with its place', () => {
  const text = `
    model_list:
      - model_name: a
        litellm_params: { model: openai/gpt-4o, api_key: os.environ/OAI, region_name: os.environ/REGION, temperature: 0.5 }
        model_info: { mode: chat, colour: red, input_cost_per_token: 0.1, base_modle: b }
        order: 1
    general_settings: { master_key: sk-x, color: 1, color: 2 }
    litellm_setings: {}
    `;
  expect(lines(parseConfig(yaml(text), { env: {} }))).toStrictEqual({
    issues: [],
    warnings: [
      'config.yaml:6:49 color: expected each key once, found the key again; the last one counts',
      'config.yaml:7:18 litellm_setings: expected a setting that the reference knows, found an unknown one, which is ignored (litellm_settings?)',
      'config.yaml:6:56 general_settings.color: expected a setting that the reference knows, found an unknown one, which is ignored',
      'config.yaml:5:12 model_list[0].order: expected model_name, litellm_params, model_info, tpm, rpm, itpm, otpm, found an unknown one, which is ignored',
      'config.yaml:4:83 model_list[0].model_info.base_modle: expected a setting that the reference knows, found an unknown one, which is ignored (base_model?)',
      'config.yaml:3:83 model_list[0].litellm_params.region_name: expected the environment variable REGION to be set, found nothing',
    ],
  });
});

test('what deployments lack besides secrets is told by variable and place', () => {
  const text = `
    model_list:
      - model_name: a
        litellm_params: { model: azure/x, api_key: os.environ/KEY, api_base: os.environ/HOST, api_version: os.environ/VERSION }
      - model_name: b
        litellm_params: { model: bedrock/x, aws_region_name: os.environ/REGION, extra_body: { token: os.environ/OWN, team: os.environ/TEAM } }
    credential_list:
      - { credential_name: c, credential_values: { api_base: os.environ/HOST, api_key: os.environ/KEY } }
    litellm_settings: { cache_params: { host: os.environ/CACHE } }
    general_settings: { master_key: sk-of-this-test }
    `;
  const outcome = parseConfig(yaml(text), { env: { VERSION: '2024-10-21' } });
  expect(outcome.ok && outcome.config.unset.map(({ variable, path }) => `${variable} ${path}`)).toStrictEqual([
    'HOST model_list[0].litellm_params.api_base',
    'REGION model_list[1].litellm_params.aws_region_name',
    'TEAM model_list[1].litellm_params.extra_body.team',
    'HOST credential_list[0].credential_values.api_base',
  ]);
});

test('what the reference does nothing for is said, and guards nothing', () => {
  const text = `
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, api_key: k, allowed_model_region: eu, max_file_size_mb: 5 } }
    general_settings: { master_key: sk-x }
    `;
  const outcome = lines(parseConfig(yaml(text), { env: {} }));
  expect(outcome.warnings).toStrictEqual([
    'config.yaml:2:91 model_list[0].litellm_params.allowed_model_region: expected a setting that the reference acts on, found one that it does nothing for',
  ]);
  expect(parsed(text).missing).toStrictEqual([]);
});

test('so is what it does nothing for where it stands, and what a cache or a Redis is asked for and has not', () => {
  const text = `
    litellm_settings:
      cache: true
      cache_params: { type: s3, s3_bucket_name: b, s3_verify: false, s3_config: { a: 1 }, s3_use_ssl: false, redis_flush_size: null }
      ssl_verify: true
    general_settings: { completion_model: a, coordination_redis: { host: h, ssl_check_hostname: true, ssl_ca_certs: x.pem } }
    router_settings: { weights: { a: 1 }, polling_interval: 0.5 }
    model_list: [{ model_name: a, litellm_params: { model: openai/x, api_key: k, cache: { no-cache: true } } }]
    `;
  expect(lines(parseConfig(yaml(text), { env: {} })).warnings.map((line) => line.replace(/^\S+ /u, ''))).toStrictEqual([
    'general_settings.completion_model: expected a setting that the reference acts on, found one that it does nothing for here',
    'router_settings.weights: expected a setting that the reference acts on, found one that it does nothing for here',
    'litellm_settings.cache_params.s3_verify: expected a setting that Stagegate acts on, found one that it does not yet',
    'litellm_settings.cache_params.s3_config: expected a setting that Stagegate acts on, found one that it does not yet',
    'general_settings.coordination_redis.ssl_ca_certs: expected a setting that Stagegate acts on, found one that it does not yet',
    'model_list[0].litellm_params.cache: expected a parameter that Stagegate acts on, found one that it does not yet',
  ]);
});

test('settings that only the reference acts on warn, when they ask for something; so do parameters and callbacks', () => {
  const text = `
    litellm_settings: { http2: true, callbacks: [otel], num_retries: 2, success_callback: [], set_verbose: true, fallbacks: null }
    router_settings: { routing_strategy: least-busy, client_ttl: 1 }
    mcp_servers: {}
    prompts: [{ prompt_id: a }]
    model_list:
      - model_name: a
        litellm_params: { model: openai/x, api_ky: k, top_k: 1, use_litellm_proxy: true, ssl_verify: false, silent_model: null }
    `;
  expect(lines(parseConfig(yaml(text), { env: {} })).warnings).toStrictEqual([
    'config.yaml:4:10 prompts: expected a setting that Stagegate acts on, found one that it does not yet',
    'config.yaml:1:28 litellm_settings.http2: expected a setting that Stagegate acts on, found one that it does not yet',
    'config.yaml:2:62 router_settings.client_ttl: expected a setting that Stagegate acts on, found one that it does not yet',
    'config.yaml:1:46 litellm_settings.callbacks: expected a callback that Stagegate has, found "otel", which it has not yet',
    'config.yaml:7:48 model_list[0].litellm_params.api_ky: expected a parameter of the provider (api_key?), found "api_ky", which is sent to it as it is',
    'config.yaml:7:80 model_list[0].litellm_params.use_litellm_proxy: expected a parameter that Stagegate acts on, found one that it does not yet',
    "config.yaml:7:98 model_list[0].litellm_params.ssl_verify: expected a parameter that Stagegate acts on, found one that it does not yet (Node's NODE_EXTRA_CA_CERTS names certificates to trust)",
  ]);
});

test('a fallback, or an alias, of or to a group that nobody has is said, unless a database may have it', () => {
  const text = (more: string): string =>
    yaml(`
    model_list:
      - { model_name: a, litellm_params: { model: openai/x }, model_info: { id: one } }
      - { model_name: "b.*", litellm_params: { model: "openai/*" } }
    router_settings: { num_retries: 0, model_group_alias: { c: a, d: lost }, context_window_fallbacks: [{ "*": [one, gone] }] }
    litellm_settings: { fallbacks: [{ a: [b.1, c, bx1] }, { away: [{ model: free }] }] }
    ${more}
    `);
  expect(lines(parseConfig(text(''), { env: {} })).warnings.map((line) => line.replace(/^\S+ /u, ''))).toStrictEqual([
    'router_settings.model_group_alias.d: expected a model group of this file, found "lost"',
    'litellm_settings.fallbacks[0].a[2]: expected a model group of this file, found "bx1"',
    'litellm_settings.fallbacks[1].away: expected a model group of this file, found "away"',
    'router_settings.context_window_fallbacks[0].*[1]: expected a model group of this file, found "gone"',
  ]);
  expect(lines(parseConfig(text('general_settings: { store_model_in_db: true }'), { env: {} })).warnings).toStrictEqual([]);
});

test('so is a group that nobody has in lists of groups, a call that is none, and a pattern that is none', () => {
  const text = yaml(`
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, tag_regex: ["^User", "("] } }
      - { model_name: "b/*", litellm_params: { model: "openai/*" } }
    litellm_settings: { cache: true, cache_params: { type: local, supported_call_types: [acompletion, chat] } }
    general_settings: { background_health_check_model_groups: [a, gone] }
    router_settings:
      fallbacks: [{ a: [group] }]
      routing_groups: [{ group_name: group, models: [a, b/c, lost], routing_strategy: least-busy }]
      model_group_retry_policy: { a: { DefaultRetries: 1 }, away: {} }
      model_group_affinity_config: { nobody: [session_affinity] }
      background_health_check_model_groups: [none]
      caching_groups: [[a, other, group]]
    `);
  const calls =
    'completion, acompletion, embedding, aembedding, transcription, atranscription, text_completion, atext_completion, rerank, arerank, responses, aresponses, anthropic_messages, aanthropic_messages';
  const group = 'expected a model group of this file, found';
  expect(lines(parseConfig(text, { env: {} })).warnings.map((line) => line.replace(/^\S+ /u, ''))).toStrictEqual([
    `router_settings.routing_groups[0].models[2]: ${group} "lost"`,
    `router_settings.model_group_retry_policy.away: ${group} "away"`,
    `router_settings.model_group_affinity_config.nobody: ${group} "nobody"`,
    `general_settings.background_health_check_model_groups[1]: ${group} "gone"`,
    `router_settings.background_health_check_model_groups[0]: ${group} "none"`,
    `router_settings.caching_groups[0][1]: ${group} "other"`,
    `litellm_settings.cache_params.supported_call_types[1]: expected ${calls}, found "chat", which is no call`,
    'model_list[0].litellm_params.tag_regex[1]: expected a regular expression, found "(", which is none and is left out',
  ]);
});

test('what is not known within a section is said; where other names may stand, what looks like a typing error', () => {
  const text = `
    litellm_settings: { cache: true, cache_params: { type: local, own: 1, supported_call_typs: [] }, default_key_generate_params: { max_budgt: 3 } }
    router_settings:
      retry_policy: { TimeoutErrorRetrys: 2, DefaultRetries: 1 }
      model_group_retry_policy: { a: { Other: 1 } }
      allowed_fails_policy: { BadRequestErrorAllowedFails: 2 }
      routing_strategy_args: { ttl: 5, ttft_percentile: 0.5 }
      provider_budget_config: { opnai: { budget_limit: 1, time_period: 1d }, openai: { budget_limit: 1, time_period: 1d } }
    general_settings: { coordination_redis: { hostt: x, host: h } }
    `;
  expect(lines(parseConfig(yaml(text), { env: {} })).warnings.map((line) => line.replace(/^\S+ /u, ''))).toStrictEqual([
    'router_settings.provider_budget_config.opnai: expected a provider id, found an unknown one, whose budget limits nobody',
    'router_settings.retry_policy.TimeoutErrorRetrys: expected a setting that the reference knows, found an unknown one, which is ignored (TimeoutErrorRetries?)',
    'router_settings.routing_strategy_args.ttft_percentile: expected a setting that Stagegate acts on, found one that it does not yet',
    'litellm_settings.cache_params.supported_call_typs: expected a setting that the reference knows, found an unknown one, which is ignored (supported_call_types?)',
    'litellm_settings.default_key_generate_params.max_budgt: expected a setting that the reference knows, found an unknown one, which is ignored (max_budget?)',
    'router_settings.model_group_retry_policy.a.Other: expected a setting that the reference knows, found an unknown one, which is ignored',
  ]);
});

test('a deployment: key, host, settings, timeouts, facts', () => {
  const config = parsed(
    `
    model_list:
      - model_name: chat
        litellm_params:
          model: openai/gpt-4o
          api_key: os.environ/OAI
          api_base: https://proxy.test/v1/
          weight: 2
          rpm: "7"
          timeout: 30
          temperature: 0
          extra_body: { top_k: 3 }
          unheard_of: yes
          drop_params: "true"
          additional_drop_params: [user]
          headers: { X-Own: own, x-team: 4 }
          extra_headers: { X-Team: 5 }
          organization: org-1
          aws_secret_access_key: hidden
          input_cost_per_token: 0.00001
        model_info: { id: d1, mode: chat }
    litellm_settings: { drop_params: false, modify_params: true, request_timeout: 90 }
    router_settings: { stream_timeout: 12 }
    `,
    { OAI: 'sk-provider' },
  );
  const [deployment] = config.deployments;
  expect(deployment).toMatchObject({
    id: 'd1',
    modelGroup: 'chat',
    underlyingModel: 'openai/gpt-4o',
    model: 'gpt-4o',
    apiBase: 'https://proxy.test/v1',
    apiKey: 'sk-provider',
    weight: 2,
    rpm: 7,
    timeoutSeconds: 30,
    streamTimeoutSeconds: 12,
    needs: undefined,
    modelInfo: { id: 'd1', mode: 'chat' },
  });
  expect(deployment?.provider.id).toBe('openai');
  expect(deployment?.facts?.mode).toBe('chat');
  expect(deployment?.settings).toStrictEqual({
    dropParams: true,
    additionalDropParams: ['user'],
    allowedOpenaiParams: [],
    modifyParams: true,
    extraHeaders: { 'x-own': 'own', 'x-team': '5' },
    defaults: { temperature: 0, extra_body: { top_k: 3 }, unheard_of: true },
    options: { organization: 'org-1' },
  });
  expect(JSON.stringify(deployment?.settings)).not.toContain('hidden');
  expect(config.requestTimeoutSeconds).toBe(90);
  expect(Object.isFrozen(deployment?.settings.defaults)).toBe(true);
});

test("OpenAI's models in Azure AI Foundry are Azure's, unless the host serves all models alike; a token does for a key", () => {
  const { deployments } = parsed(`
    ${KEY}
    model_list:
      - { model_name: a, litellm_params: { model: azure_ai/gpt-4o, api_base: https://r.openai.azure.com, azure_ad_token: t } }
      - { model_name: b, litellm_params: { model: azure_ai/gpt-4o, api_base: https://r.services.ai.azure.com, api_key: k } }
      - { model_name: c, litellm_params: { model: azure_ai/mistral-large, api_base: https://r.openai.azure.com } }
  `);
  expect(deployments.map(({ provider, needs }) => [provider.id, needs])).toStrictEqual([
    ['azure', undefined],
    ['azure_ai', undefined],
    ['azure_ai', 'AZURE_AI_API_KEY'],
  ]);
});

test('a deployment may say that it takes messages as they are, and is another one then', () => {
  const rows = ['', 'supported_endpoints: [/v1/chat/completions, /v1/messages]', 'supported_endpoints: [/v1/responses]'].map(
    (info) => `{ model_name: a, litellm_params: { model: hosted_vllm/m, api_base: https://a.test }, model_info: { ${info} } }`,
  );
  const { deployments } = parsed(`${KEY}\nmodel_list: [${rows.join(', ')}]`);
  expect(deployments.map(({ provider }) => provider.formats?.['anthropic-messages'])).toStrictEqual([
    undefined,
    'anthropic-messages',
    undefined,
  ]);
  expect(deployments[1]?.shape).not.toBe(deployments[0]?.shape);
  expect(deployments[2]?.shape).toBe(deployments[0]?.shape);
});

test("the environment sets options, a deployment sets them for itself; a base model stands behind an operator's name", () => {
  const text = `
    ${KEY}
    model_list:
      - model_name: a
        litellm_params: { model: azure/ours, api_base: https://a.test, api_key: k }
        model_info: { base_model: azure/gpt-5.1 }
      - model_name: b
        litellm_params: { model: azure/ours, api_base: https://a.test, api_key: k, api_version: "2024-10-21", base_model: gpt-4o }
  `;
  const { deployments } = parsed(text, { AZURE_API_VERSION: '2025-01-01' });
  expect(deployments.map(({ settings }) => settings.options)).toStrictEqual([
    { api_version: '2025-01-01', base_model: 'azure/gpt-5.1' },
    { api_version: '2024-10-21', base_model: 'gpt-4o' },
  ]);
  expect(deployments.map(({ facts }) => facts?.supports.has('reasoning') === true)).toStrictEqual([true, false]);
});

test('a key that everybody knows is taken where the reference is told to take it', () => {
  const env = { LITELLM_MASTER_KEY: 'sk-1234', LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'True' };
  expect(parseConfig('model_list: []\n', { env }).ok).toBe(true);
  expect(parseConfig('model_list: []\n', { env: { LITELLM_MASTER_KEY: 'sk-1234' } }).ok).toBe(false);
});

/** [litellm_params, environment] → what the table of models says, and where the call goes. */
const RESOLVED: [params: string, env: Record<string, string>, provider: string, model: string, needs: string | undefined][] = [
  ['model: openai/gpt-4o', { OPENAI_API_KEY: 'k' }, 'openai', 'gpt-4o', undefined],
  ['model: openai/gpt-4o', {}, 'openai', 'gpt-4o', 'OPENAI_API_KEY'],
  ['model: openai/gpt-4o, api_key: os.environ/MY_KEY', { OPENAI_API_KEY: 'k' }, 'openai', 'gpt-4o', undefined],
  ['model: openai/gpt-4o, api_key: os.environ/MY_KEY', {}, 'openai', 'gpt-4o', 'MY_KEY'],
  ['model: openai/gpt-4o, api_key: k, api_base: os.environ/MY_HOST', {}, 'openai', 'gpt-4o', 'MY_HOST'],
  ['model: openai/gpt-4o, api_key: os.environ/MY_KEY, api_base: os.environ/MY_HOST', {}, 'openai', 'gpt-4o', 'MY_HOST, MY_KEY'],
  ['model: gpt-4o, api_key: k', {}, 'openai', 'gpt-4o', undefined],
  ['model: "ft:gpt-4o-mini:org::id", api_key: k', {}, 'openai', 'ft:gpt-4o-mini:org::id', undefined],
  ['model: dall-e-3, api_key: k', {}, 'openai', 'dall-e-3', undefined],
  ['model: embed-english-v2.0, api_key: k', {}, 'cohere', 'embed-english-v2.0', undefined],
  ['model: "amazon.nova-lite-v1:0", aws_access_key_id: a, aws_secret_access_key: b', {}, 'bedrock', 'amazon.nova-lite-v1:0', undefined],
  ['model: claude-sonnet-4-5, api_key: k', {}, 'anthropic', 'claude-sonnet-4-5', undefined],
  ['model: claude-future-9, api_key: k', {}, 'anthropic', 'claude-future-9', undefined],
  ['model: "*", api_key: k', {}, 'openai', '*', undefined],
  ['model: "anthropic/*", api_key: k', {}, 'anthropic', '*', undefined],
  ['model: llama-x, api_base: https://api.groq.com/openai/v1, api_key: k', {}, 'groq', 'llama-x', undefined],
  ['model: gpt-4o, custom_llm_provider: groq, api_key: k', {}, 'groq', 'gpt-4o', undefined],
  ['model: groq/x/y, custom_llm_provider: groq, api_key: k', {}, 'groq', 'x/y', undefined],
  ['model: hosted_vllm/x, api_base: http://127.0.0.1:8000', {}, 'hosted_vllm', 'x', undefined],
];

test.each(RESOLVED)('{ %s } under %o', (params, env, provider, model, needs) => {
  const [deployment] = parsed(`model_list: [{ model_name: a, litellm_params: { ${params} } }]\n`, env).deployments;
  expect([deployment?.provider.id, deployment?.model, deployment?.needs]).toStrictEqual([provider, model, needs]);
});

function shown(deployment: Deployment | undefined): unknown[] {
  return [deployment?.provider.id, deployment?.model, deployment?.apiKey, deployment?.modelGroup, deployment?.id];
}

test('a row with stars becomes a row of its own for each model that a call names', () => {
  const [any, groq] = parsed(
    `
    model_list:
      - { model_name: "*", litellm_params: { model: "*" } }
      - { model_name: "fast-*", litellm_params: { model: "groq/*", temperature: 0 } }
    `,
    { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o', GROQ_API_KEY: 'g' },
  ).deployments;
  expect(any?.needs).toBeUndefined();
  expect(shown(any?.forModel?.('anthropic/claude-sonnet-4-5'))).toStrictEqual(['anthropic', 'claude-sonnet-4-5', 'a', '*', any?.id]);
  expect(any?.forModel?.('anthropic/claude-sonnet-4-5')?.facts?.mode).toBe('chat');
  expect(shown(any?.forModel?.('gpt-4o'))).toStrictEqual(['openai', 'gpt-4o', 'o', '*', any?.id]);
  expect(any?.forModel?.('sagemaker/x')).toBeUndefined();
  expect(any?.forModel?.('nobody-knows')).toBeUndefined();
  expect(shown(groq?.forModel?.('groq/openai/gpt-oss-20b'))).toStrictEqual(['groq', 'openai/gpt-oss-20b', 'g', 'fast-*', groq?.id]);
  expect(groq?.forModel?.('groq/x')?.settings.defaults).toStrictEqual({ temperature: 0 });
  expect(groq?.forModel?.('groq/x')).toBe(groq?.forModel?.('groq/x'));
});

test('a provider that is not built yet is listed, not served', () => {
  const { deployments, unserved } = parsed('model_list: [{ model_name: a, litellm_params: { model: sagemaker/x } }]\n');
  expect(deployments).toStrictEqual([]);
  expect(unserved).toStrictEqual([{ modelGroup: 'a', underlyingModel: 'sagemaker/x', why: 'provider sagemaker is not built yet' }]);
});

test.each([
  ['qvv0xeq', 'baseten'],
  [`someone/model:${'0f'.repeat(32)}`, 'replicate'],
  ['petals-team/StableBeluga2', 'petals'],
  ['veo-3.1-fast-generate-001', 'vertex_ai'],
])('the bare name %s is a model of %s', (model, provider) => {
  const { deployments, unserved } = parsed(`model_list: [{ model_name: a, litellm_params: { model: "${model}", api_key: k } }]\n`);
  const found = [...deployments.map((deployment) => deployment.provider.id), ...unserved.map(({ why }) => why.split(' ')[1])];
  expect(found).toStrictEqual([provider]);
});

test("a credential's members count where the deployment has none of its own", () => {
  const { deployments } = parsed(`
    credential_list: [{ credential_name: c, credential_values: { api_key: from-list, api_base: "https://list.test" }, credential_info: {} }]
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, litellm_credential_name: c } }
      - { model_name: b, litellm_params: { model: openai/x, litellm_credential_name: c, api_key: own } }
    `);
  expect(deployments.map(({ apiKey, apiBase }) => [apiKey, apiBase])).toStrictEqual([
    ['from-list', 'https://list.test'],
    ['own', 'https://list.test'],
  ]);
});

test('environment_variables count before the process has its say, anywhere a string stands', () => {
  const config = parsed(
    `
    environment_variables: { A_KEY: first, B_KEY: os.environ/C_KEY }
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, api_key: os.environ/A_KEY, stop: [os.environ/B_KEY] } }
    `,
    { A_KEY: 'from the process', C_KEY: 'third' },
  );
  expect(config.deployments[0]?.apiKey).toBe('first');
  expect(config.deployments[0]?.settings.defaults).toStrictEqual({ stop: ['third'] });
});

test('aliases, plain and hidden', () => {
  const config = parsed('router_settings: { model_group_alias: { a: b, c: { model: d, hidden: true } } }\n');
  expect([...config.modelGroupAliases]).toStrictEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect([...config.hiddenAliases]).toStrictEqual(['c']);
});

test('migration rules get names from their match, and on and off need no quotes', () => {
  const { migration } = parsed(`
    migration:
      reference_url: http://127.0.0.1:4001/
      rules:
        - { match: { route: /v1/messages, provider: anthropic, stream: true }, lane: legacy-thin, candidate: { lane: hono, mode: on } }
        - { match: { model: "gpt-*" }, lane: reference, candidate: { lane: hono, mode: canary, percent: 2.5, sticky: team } }
      default: { lane: legacy-io }
    `);
  expect(migration).toStrictEqual({
    referenceUrl: 'http://127.0.0.1:4001',
    rules: [
      {
        name: 'v1-messages-anthropic-stream',
        match: { route: '/v1/messages', provider: 'anthropic', stream: true },
        lane: 'legacy-thin',
        candidate: { lane: 'hono', mode: 'on', percent: 0, sticky: 'key' },
      },
      {
        name: 'gpt-any',
        match: { model: 'gpt-*' },
        lane: 'reference',
        candidate: { lane: 'hono', mode: 'canary', percent: 2.5, sticky: 'team' },
      },
    ],
    defaultLane: 'legacy-io',
  });
});

const GUARDED = `
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, api_key: k, guardrails: [g], data_residency: eu }, model_info: { id: d1 } }
      - { model_name: b, litellm_params: { model: openai/y, api_key: k, guardrails: [] }, model_info: { blocked: false } }
    router_settings: { model_group_alias: { alias: a }, optional_pre_call_checks: [enforce_model_rate_limits] }
    policies: { p: {} }
    `;
const GUARDED_GLOBALLY = `${KEY}litellm_settings: { callbacks: [langfuse, presidio, my.handler], post_call_rules: my.rules, guardrails: [] }\n`;

function missingOf(text: string, env = {}): unknown[] {
  return parsed(text, env).missing.map(({ name, path, place, modelGroup }) => [name, path, place, modelGroup]);
}

test('settings that protect and are not built are found, with what they guard', () => {
  expect(missingOf(GUARDED)).toStrictEqual([
    ['policies', 'policies', 'config.yaml:5:11', undefined],
    ['guardrails', 'model_list[0].litellm_params.guardrails', 'config.yaml:2:81', 'a'],
  ]);
  expect(missingOf(GUARDED_GLOBALLY, { DATABASE_URL: 'postgres://x' })).toStrictEqual([
    ['post_call_rules', 'litellm_settings.post_call_rules', 'config.yaml:2:83', undefined],
    ['presidio', 'litellm_settings.callbacks', 'config.yaml:2:43', undefined],
    ['my.handler', 'litellm_settings.callbacks', 'config.yaml:2:53', undefined],
  ]);
});

test('accepted by name or by path, a guard is no longer missing', () => {
  expect(parsed(GUARDED, {}, ['guardrails']).missing.map(({ name }) => name)).toStrictEqual(['policies']);
  expect(parsed(GUARDED, {}, ['model_list[0].litellm_params.guardrails']).missing.map(({ name }) => name)).toStrictEqual(['policies']);
});

test('itpm and otpm are read where the router holds them, of the row, its params or its model_info', () => {
  const text = (checks: string): string => `
    model_list:
      - { model_name: a, itpm: 4, litellm_params: { model: openai/x, api_key: k, itpm: 5, otpm: 6 }, model_info: { otpm: 7 } }
      - { model_name: b, litellm_params: { model: openai/y, api_key: k }, model_info: { itpm: 0 } }
    router_settings: { optional_pre_call_checks: [${checks}] }
    `;
  const limitsOf = (checks: string): unknown[] => parsed(text(checks)).deployments.map(({ routing }) => routing?.tokenLimits);
  expect(limitsOf('enforce_model_rate_limits')).toStrictEqual([
    { input: 4, output: 6 },
    { input: 0, output: undefined },
  ]);
  expect(limitsOf('session_affinity')).toStrictEqual([undefined, undefined]);
});

test('rpm and tpm of model_info limit a minute, and are no weight', () => {
  const text = `
    model_list:
      - { model_name: a, litellm_params: { model: openai/x, api_key: k, rpm: 5 }, model_info: { rpm: 6, tpm: 7 } }
      - { model_name: b, litellm_params: { model: openai/y, api_key: k } }
    `;
  const [a, b] = parsed(text).deployments;
  expect([a?.rpm, a?.tpm, a?.routing?.infoLimits]).toStrictEqual([5, undefined, { requests: 6, tokens: 7 }]);
  expect(b?.routing).toBeUndefined();
});

test('what the reference itself does nothing for guards nobody, and is said', () => {
  const text = `
    model_list: [{ model_name: a, litellm_params: { model: openai/x, api_key: k, itpm: 5, otpm: 5, data_residency: eu } }]
    general_settings: { max_parallel_requests: 5, disable_key_generate_for_org_admin: true }
    litellm_settings: { blocked_user_list: [somebody] }
    `;
  expect(missingOf(text)).toStrictEqual([]);
  const outcome = parseConfig(yaml(text), { env: {} });
  const idle = 'expected a setting that the reference acts on, found one that it does nothing for';
  expect(lines(outcome).warnings).toStrictEqual([
    `config.yaml:2:44 general_settings.max_parallel_requests: ${idle} here`,
    'config.yaml:3:40 litellm_settings.blocked_user_list: expected a setting that Stagegate acts on, found one that it does not yet',
    `config.yaml:1:84 model_list[0].litellm_params.itpm: ${idle}`,
    `config.yaml:1:93 model_list[0].litellm_params.otpm: ${idle}`,
    `config.yaml:1:112 model_list[0].litellm_params.data_residency: ${idle}`,
  ]);
});

test('what a missing guard guards is said, for the front to leave it to the reference', () => {
  expect(parsed(GUARDED, {}, ['policies']).referenceOnly).toStrictEqual({ everything: false, modelGroups: new Set(['a']) });
  expect(parsed(GUARDED_GLOBALLY).referenceOnly).toStrictEqual({ everything: true, modelGroups: new Set() });
});

test('includes are merged: lists appended, other values win, nested ones relative to their own file, each once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'config.yaml'), `include: [more/one.yaml]\n${row('first')}litellm_settings: { request_timeout: 1 }\n`);
  writeFileSync(
    join(folder, 'more/one.yaml'),
    `include: [two.yaml, ../config.yaml]\n${row('second')}litellm_settings: { request_timeout: 2 }\n`,
  );
  writeFileSync(join(folder, 'more/two.yaml'), `${row('third')}general_settings: { colour: 1 }\n`);
  const outcome = loadConfig(join(folder, 'config.yaml'), { env: {} });
  expect(lines(outcome).warnings).toStrictEqual([
    `${folder}/two.yaml:2:29 general_settings.colour: expected a setting that the reference knows, found an unknown one, which is ignored`,
  ]);
  if (!outcome.ok) throw new Error(lines(outcome).issues.join('\n'));
  expect(outcome.config.deployments.map(({ modelGroup }) => modelGroup)).toStrictEqual(['first', 'second', 'third']);
  expect(outcome.config.requestTimeoutSeconds).toBe(2);
  expect(outcome.config.files).toStrictEqual([join(folder, 'config.yaml'), join(folder, 'more/one.yaml'), join(folder, 'more/two.yaml')]);
});

test('a plain object reads the same, without lines', () => {
  const outcome = parseConfig(
    { model_list: [{ model_name: 'a', litellm_params: { model: 'openai/x', rpm: 'ten' } }] },
    { env: {}, file: 'test' },
  );
  expect(lines(outcome).issues).toStrictEqual(['test model_list[0].litellm_params.rpm: expected a number ≥ 0, found "ten"']);
});

test('recording takes what is set, and sensible values for the rest', () => {
  expect(parsed('migration: {}\n').record).toBeUndefined();
  expect(parsed('migration: { record: { dir: here } }\n').record).toStrictEqual({
    dir: 'here',
    sample: 1,
    bytesMax: 1_073_741_824,
    redact: [],
    content: 'keep',
  });
  const record = parsed(
    'migration: { record: { dir: d, sample: 0.5, max_bytes: 2000000, redact: ["$..email", "/a+/i"], content: hash } }\n',
  ).record;
  expect(record).toMatchObject({
    sample: 0.5,
    bytesMax: 2_000_000,
    redact: [{ path: ['..', { key: 'email' }] }, { pattern: /a+/giu }],
    content: 'hash',
  });
});
