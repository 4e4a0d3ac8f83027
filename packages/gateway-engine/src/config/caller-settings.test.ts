import { describe, expect, test } from 'vitest';
import { formatIssue, parseConfig } from './index.ts';

const ENV = { JWT_PUBLIC_KEY_URL: 'https://one.test/keys, https://two.test/keys', JWT_AUDIENCE: 'us', JWT_ISSUER: 'https://one.test' };

function parse(settings: string, env: Readonly<Record<string, string>> = ENV): ReturnType<typeof parseConfig> {
  return parseConfig(`general_settings: { master_key: sk-of-the-test, ${settings} }\n`, { env });
}

describe('tokens of an identity provider', () => {
  test('are read by what the file and the environment say', () => {
    const read = parse('enable_jwt_auth: true, litellm_jwtauth: { user_id_jwt_field: sub, admin_allowed_routes: [/a], public_key_ttl: 5 }');
    expect(read.ok && read.config.tokens).toMatchObject({
      keyUrls: ['https://one.test/keys', 'https://two.test/keys'],
      audience: 'us',
      issuer: 'https://one.test',
      userIdField: 'sub',
      adminRoutes: ['/a'],
      adminScope: 'litellm_proxy_admin',
      keysFreshSeconds: 5,
      keysStaleSeconds: 3_600,
    });
    expect(read.ok && read.config.missing).toStrictEqual([]);
    expect(read.warnings).toStrictEqual([]);
  });

  test('have roles, whose permissions are idle where nobody asks for roles', () => {
    const permitted = 'role_permissions: [{ role: team, models: [m] }]';
    const read = parse(`enable_jwt_auth: true, enforce_rbac: true, ${permitted}`);
    expect(read.ok && [read.config.tokens?.enforcesIds, read.config.tokens?.permissions, read.config.missing]).toStrictEqual([
      true,
      [{ role: 'team', models: ['m'], routes: undefined }],
      [],
    ]);
    expect(read.warnings.map(({ path }) => path)).toStrictEqual(['general_settings.role_permissions']);
    expect(parse(`enable_jwt_auth: true, litellm_jwtauth: { enforce_rbac: true }, ${permitted}`).warnings).toStrictEqual([]);
    expect(parse('role_permissions: [{ role: customer }]').ok).toBe(false);
  });

  test('may stand for keys, or be given some', () => {
    const keysOf = (fields: string): unknown => {
      const read = parse(`enable_jwt_auth: true, litellm_jwtauth: { ${fields} }`);
      const { tokens } = read.ok ? read.config : {};
      return read.ok && [tokens?.keyField, tokens?.unmapped, tokens?.reusesKeys, read.config.missing.map(({ path }) => path)];
    };
    expect(keysOf('jwt_client_id_field: azp, virtual_key_mapping_cache_ttl: 300')).toStrictEqual(['azp', 'claims', false, []]);
    expect(keysOf('virtual_key_claim_field: sub, unregistered_jwt_client_behavior: reject')).toStrictEqual(['sub', 'reject', false, []]);
    const registers = 'virtual_key_claim_field: sub, unregistered_jwt_client_behavior: auto_register, auto_register_map_existing_key: true';
    // A claim that several share is nobody's own.
    expect(keysOf(registers)).toStrictEqual(['sub', 'register', false, []]);
    expect(keysOf(`${registers}, user_id_jwt_field: sub`)).toStrictEqual(['sub', 'register', true, []]);
    expect(keysOf('unregistered_jwt_client_behavior: accept')).toBe(false);
  });

  test('of an issuer of its own have its keys, its audience and its fields', () => {
    const issuersOf = (issuer: string): unknown => {
      const read = parse(
        `enable_jwt_auth: true, litellm_jwtauth: { user_id_jwt_field: sub, team_id_jwt_field: team, issuers: [{ ${issuer} }] }`,
      );
      return read.ok ? read.config.tokens?.issuers : read.issues.map(formatIssue).join(' ');
    };
    expect(issuersOf('issuer: https://one.test/, audience: [a, b], team_id_jwt_field: group')).toMatchObject([
      {
        issuer: 'https://one.test/',
        keyUrls: ['https://one.test/.well-known/openid-configuration'],
        audience: ['a', 'b'],
        userIdField: 'sub',
        teamIdField: 'group',
      },
    ]);
    expect(issuersOf('issuer: x, jwks_url: https://two.test/keys, disable_audience_validation: true')).toMatchObject([
      { keyUrls: ['https://two.test/keys'], audience: undefined },
    ]);
    for (const wrong of ['issuer: x', 'issuer: x, audience: a, disable_audience_validation: true']) {
      expect(issuersOf(wrong)).toContain('either audience, or disable_audience_validation');
    }
    expect(issuersOf('issuer: x, audience: a, admin_jwt_scope: y')).toContain('litellm_jwtauth.issuers');
    const alone = parse('enable_jwt_auth: true, litellm_jwtauth: { issuers: [{ issuer: x, audience: a }] }', {});
    expect([alone.ok, alone.warnings]).toStrictEqual([true, []]);
  });

  test('that are not switched on are none, whatever else is set', () => {
    const read = parse('litellm_jwtauth: { custom_validate: x.y, user_id_jwt_field: sub }', {});
    expect([read.ok && read.config.tokens, read.ok && read.config.missing]).toStrictEqual([undefined, []]);
  });

  test('whatever of them is not built stops `serve`', () => {
    const read = parse('enable_jwt_auth: true, litellm_jwtauth: { custom_validate: x.y, sync_user_role_and_teams: true, issuers: [] }');
    expect(read.ok && read.config.missing.map(({ name, path }) => [name, path])).toStrictEqual([
      ['custom_validate', 'general_settings.litellm_jwtauth.custom_validate'],
      ['sync_user_role_and_teams', 'general_settings.litellm_jwtauth.sync_user_role_and_teams'],
    ]);
  });

  test.each([
    ['enable_jwt_auth: true', {}, 'JWT_PUBLIC_KEY_URL'],
    ['enable_jwt_auth: true, litellm_jwtauth: { user_roles_jwt_field: r }', ENV, 'user_allowed_roles'],
    ['enable_jwt_auth: true, litellm_jwtauth: { object_id_jwt_field: o }', ENV, 'role_mappings'],
    ['enable_jwt_auth: true, litellm_jwtauth: { scope_mappings: [] }', ENV, 'enforce_scope_based_access'],
    ['litellm_jwtauth: { public_key_ttl: soon }', ENV, 'public_key_ttl'],
  ])('%s with %j is said to be wrong', (settings, env, word) => {
    const read = parse(settings, env);
    expect(read.ok ? 'accepted' : read.issues.map(formatIssue).join('\n')).toContain(word);
  });

  test('for any application of the provider are worth a warning', () => {
    const read = parse('enable_jwt_auth: true', { JWT_PUBLIC_KEY_URL: 'https://one.test/keys' });
    expect(read.warnings.map(formatIssue).join('\n')).toContain('JWT_AUDIENCE');
  });
});

test('which tokens count towards limits', () => {
  const kindOf = (kind: string): unknown => {
    const read = parse(`token_rate_limit_type: ${kind}`);
    return read.ok ? read.config.tokenRateLimitType : 'wrong';
  };
  expect(['total', 'input', 'output', 'some'].map(kindOf)).toStrictEqual([undefined, 'input', 'output', 'wrong']);
});

test('from where calls may come, and where they may go', () => {
  const entryOf = (settings: string): unknown => {
    const read = parse(settings);
    return read.ok ? read.config.entry : 'wrong';
  };
  expect(entryOf('use_x_forwarded_for: false')).toBeUndefined();
  // Nobody is kept out, but the log says where a call came from.
  expect(entryOf('use_x_forwarded_for: true')).toStrictEqual({
    addresses: undefined,
    trustsForwarded: true,
    paths: undefined,
    adminPaths: undefined,
  });
  expect(entryOf('allowed_ips: []')).toStrictEqual({
    addresses: new Set(),
    trustsForwarded: false,
    paths: undefined,
    adminPaths: undefined,
  });
  expect(entryOf('allowed_ips: [192.0.2.1], use_x_forwarded_for: true, allowed_routes: [/a], admin_only_routes: [/b]')).toStrictEqual({
    addresses: new Set(['192.0.2.1']),
    trustsForwarded: true,
    paths: new Set(['/a']),
    adminPaths: new Set(['/b']),
  });
  expect(entryOf('allowed_ips: 192.0.2.1')).toBe('wrong');
});

test('how many calls one process takes at once', () => {
  const admissionOf = (settings: string): unknown => {
    const read = parse(settings);
    return read.ok ? read.config.admission : 'wrong';
  };
  const max = 'max_in_flight_requests_per_worker';
  expect(admissionOf('max_queued_requests_per_worker: 3')).toBeUndefined();
  expect(admissionOf(`${max}: 5`)).toStrictEqual({ runningMax: 5, waitingMax: 5, waitMs: 1000 });
  expect(admissionOf(`${max}: 5, max_queued_requests_per_worker: 0, admission_queue_timeout_seconds: 0.5`)).toStrictEqual({
    runningMax: 5,
    waitingMax: 0,
    waitMs: 500,
  });
  expect([admissionOf(`${max}: 0`), admissionOf(`${max}: 1, admission_queue_timeout_seconds: 0`)]).toStrictEqual(['wrong', 'wrong']);
});

test('how the process is taken out of service', () => {
  const drainOf = (settings: string, env = {}): unknown => {
    const read = parse(settings, env);
    return read.ok ? [read.config.drain, read.warnings.map(({ path }) => path)] : read.issues.map(({ path }) => path);
  };
  const on = 'enable_drain_endpoint: true';
  const token = 'drain_endpoint_token: os.environ/OF_DRAIN';
  expect(drainOf('drain_endpoint_token: t')).toStrictEqual([{ enabled: false, token: 't', waitMs: 30_000 }, []]);
  expect(drainOf(on, { GRACEFUL_SHUTDOWN_TIMEOUT: 'soon' })).toStrictEqual([
    { enabled: true, token: undefined, waitMs: 30_000 },
    ['general_settings.enable_drain_endpoint'],
  ]);
  expect(drainOf(on, { DRAIN_ENDPOINT_TOKEN: 'u', GRACEFUL_SHUTDOWN_TIMEOUT: '2.5' })).toStrictEqual([
    { enabled: true, token: 'u', waitMs: 2500 },
    [],
  ]);
  expect(drainOf(`${on}, ${token}`, { OF_DRAIN: 't', DRAIN_ENDPOINT_TOKEN: 'u' })).toMatchObject([{ token: 't' }, []]);
  expect(drainOf(`${on}, ${token}`, { DRAIN_ENDPOINT_TOKEN: 'u' })).toStrictEqual(['general_settings.drain_endpoint_token']);
});

test('`enforce_user_param` is one more member that every call must have', () => {
  const read = parse('enforce_user_param: true, enforced_params: [metadata], service_account_settings: { enforced_params: [seed] }');
  expect(read.ok && read.config.enforcedParams).toStrictEqual(['metadata', 'user']);
  expect(read.ok && read.config.serviceAccountParams).toStrictEqual(['seed']);
});

test('headers that name customers: the mapped ones, else the one of old', () => {
  const headersOf = (settings: string): unknown => {
    const read = parse(settings);
    return read.ok ? read.config.userHeaderNames : 'wrong';
  };
  expect(headersOf('user_header_name: X-Who')).toStrictEqual(['x-who']);
  expect(headersOf('user_header_name: X-Who, user_header_mappings: { header_name: X-It, litellm_user_role: Customer }')).toStrictEqual([
    'x-it',
  ]);
  expect(headersOf('user_header_mappings: [{ header_name: X-It, litellm_user_role: internal_user }]')).toBeUndefined();
  expect(headersOf('user_header_mappings: X-It')).toBe('wrong');
});

test('what everybody together may spend', () => {
  const budgetOf = (settings: string): unknown => {
    const read = parseConfig(`model_list: []\nlitellm_settings: ${settings}\n`, { env: {} });
    return read.ok ? [read.config.proxyBudget, read.config.missing] : read.issues.length;
  };
  expect(budgetOf('{ max_budget: 10, budget_duration: 30d }')).toStrictEqual([{ maxUsd: 10, duration: '30d' }, []]);
  expect(budgetOf('{ max_budget: 0 }')).toStrictEqual([undefined, []]);
  expect(budgetOf('{ max_budget: 10, budget_duration: monthly }')).toBe(1);
});

test.each([0, 1.5, -1, 'half'])('a budget_exceeded_throttle_percentage of %j is no part', (part) => {
  const read = parseConfig(`litellm_settings: { budget_exceeded_throttle_percentage: ${part} }\n`, { env: {} });
  expect(read.ok).toBe(false);
});

test('a budget_exceeded_throttle_percentage is read', () => {
  const read = parseConfig('litellm_settings: { budget_exceeded_throttle_percentage: 0.5 }\n', { env: {} });
  expect([read.ok && read.config.budgetThrottlePart, read.warnings]).toStrictEqual([0.5, []]);
});
