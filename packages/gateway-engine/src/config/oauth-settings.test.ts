import { expect, test } from 'vitest';
import { formatIssue } from './config-issue.ts';
import { parseConfig } from './load-config.ts';

const MAPPINGS = { oauth2_config_mappings: { user_id: 'X-User' } };
const RANGES = { trusted_proxy_ranges: ['10.0.0.0/8', '::1'] };

function read(general: object, env: Readonly<Record<string, string>> = {}): ReturnType<typeof parseConfig> {
  return parseConfig({ general_settings: { master_key: 'sk-of-a-test-that-is-long', ...general } }, { env });
}

test('what an OAuth server is asked, and how', () => {
  const oauthOf = (env: Readonly<Record<string, string>>): unknown => {
    const outcome = read({ enable_oauth2_auth: true }, env);
    return outcome.ok && [outcome.config.oauth, outcome.config.missing];
  };
  const endpoint = 'https://login.test/oauth/introspect';
  expect(oauthOf({ OAUTH_TOKEN_INFO_ENDPOINT: endpoint, OAUTH_CLIENT_ID: 'i', OAUTH_CLIENT_SECRET: 's' })).toStrictEqual([
    { endpoint, client: { id: 'i', secret: 's' }, userIdField: 'sub', roleField: 'role', teamIdField: 'team_id' },
    [],
  ]);
  // As in the reference: by the word in its address, and with both credentials.
  expect(oauthOf({ OAUTH_TOKEN_INFO_ENDPOINT: endpoint, OAUTH_CLIENT_ID: 'i' })).toMatchObject([{ client: undefined }, []]);
  const info = { OAUTH_TOKEN_INFO_ENDPOINT: 'https://login.test/me', OAUTH_CLIENT_ID: 'i', OAUTH_CLIENT_SECRET: 's' };
  expect(oauthOf(info)).toMatchObject([{ client: undefined }, []]);
});

test('whose headers are believed, and what they say', () => {
  const outcome = read({ enable_oauth2_proxy_auth: true, ...MAPPINGS, trusted_proxy_ranges: '10.0.0.0/8, ::1' });
  expect(outcome).toMatchObject({
    ok: true,
    config: { missing: [], proxyIdentity: { ranges: ['10.0.0.0/8', '::1'], headers: { user_id: 'x-user' } } },
    warnings: [],
  });
  expect(read({ ...MAPPINGS, ...RANGES })).toMatchObject({
    ok: true,
    config: { missing: [] },
    warnings: [{ path: 'general_settings.oauth2_config_mappings' }, { path: 'general_settings.trusted_proxy_ranges' }],
  });
});

test('a proxy may say what a team is called', () => {
  const oauth2_config_mappings = { team_id: 'X-Team', team_alias: 'X-Team-Name' };
  expect(read({ enable_oauth2_proxy_auth: true, ...RANGES, oauth2_config_mappings })).toMatchObject({
    ok: true,
    config: { proxyIdentity: { headers: { team_id: 'x-team', team_alias: 'x-team-name' } } },
    warnings: [],
  });
});

test.each<[object, string]>([
  [{ enable_oauth2_auth: true }, 'OAUTH_TOKEN_INFO_ENDPOINT'],
  [{ enable_oauth2_auth: true, master_key: null }, 'a master key'],
  [{ enable_oauth2_proxy_auth: true, ...RANGES }, 'oauth2_config_mappings'],
  [{ enable_oauth2_proxy_auth: true, ...RANGES, oauth2_config_mappings: { models: 'X-Models' } }, 'the header of user_id'],
  [{ enable_oauth2_proxy_auth: true, ...MAPPINGS }, 'trusted_proxy_ranges'],
  [{ enable_oauth2_proxy_auth: true, ...MAPPINGS, trusted_proxy_ranges: [] }, 'trusted_proxy_ranges'],
  [{ enable_oauth2_proxy_auth: true, ...MAPPINGS, trusted_proxy_ranges: ['10.0.0.0/33'] }, 'trusted_proxy_ranges'],
  [{ enable_oauth2_proxy_auth: true, ...MAPPINGS, trusted_proxy_ranges: ['everybody'] }, 'trusted_proxy_ranges'],
  [{ enable_oauth2_proxy_auth: true, ...MAPPINGS, ...RANGES, master_key: null }, 'a master key'],
  [{ enable_oauth2_proxy_auth: true, ...RANGES, oauth2_config_mappings: { user_id: 'X', user_role: 'X-Role' } }, 'oauth2_config_mappings'],
  [
    { enable_oauth2_proxy_auth: true, ...RANGES, oauth2_config_mappings: { user_id: 'X', max_budget: 'X-Budget' } },
    'oauth2_config_mappings',
  ],
])('%j stops the start', (general, word) => {
  const outcome = read(general);
  expect(outcome.ok ? 'accepted' : outcome.issues.map(formatIssue).join('\n')).toContain(word);
});
