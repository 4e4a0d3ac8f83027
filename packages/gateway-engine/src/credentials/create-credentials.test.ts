import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthPlacement, JsonValue, ProviderRequest } from '@stagegate/core-transforms';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployment, providerRow } from '../../test/make-config.ts';
import { startTokenEndpoint, type TokenEndpoint } from '../../test/token-endpoint.ts';
import type { Credentials, Deployment } from '../ports/index.ts';
import { createCredentials } from './index.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const KEY = { kind: 'header', header: 'x-api-key', scheme: '', also: 'api-key' } as const;
const AZURE: AuthPlacement = { kind: 'token', issuer: 'azure', key: KEY };
const GOOGLE: AuthPlacement = { kind: 'token', issuer: 'google' };
const IBM: AuthPlacement = { kind: 'token', issuer: 'ibm' };
const AWS: AuthPlacement = { kind: 'aws-sigv4', service: 'bedrock', region: 'us-east-1' };
const KEYS = { aws_access_key_id: 'AKIDEXAMPLE', aws_secret_access_key: 'secret-of-tests' };

let endpoint: TokenEndpoint;
let folder: string;

beforeEach(async () => {
  endpoint = await startTokenEndpoint();
  folder = mkdtempSync(join(tmpdir(), 'stagegate-credentials-'));
});

afterEach(async () => {
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Holding {
  readonly apiKey?: string;
  readonly secrets?: Readonly<Record<string, JsonValue>>;
  readonly options?: Readonly<Record<string, JsonValue>>;
}

function holding({ apiKey, secrets = {}, options = {} }: Holding): Deployment {
  const plain = deployment({ provider: providerRow('bedrock'), apiKey });
  return { ...plain, secrets, settings: { ...plain.settings, options } };
}

function make(env: Readonly<Record<string, string>> = {}): Credentials {
  return createCredentials({ env, clock: { nowMs: () => NOW_MS }, fetch: endpoint.fetch });
}

function asking(auth: AuthPlacement, headers: Readonly<Record<string, string>> = {}): ProviderRequest {
  return {
    method: 'POST',
    url: 'http://provider.test/model/m/converse',
    headers: { 'content-type': 'application/json', ...headers },
    auth,
    body: '{}',
  };
}

describe('for all', () => {
  test('what an operator put into the header stays; a plain key goes to its places', async () => {
    const credentials = make();
    expect(await credentials.authorize(asking(AWS, { authorization: 'own' }), holding({ secrets: KEYS }))).toEqual({});
    expect(await credentials.authorize(asking(AZURE), holding({ apiKey: 'k' }))).toEqual({ 'x-api-key': 'k', 'api-key': 'k' });
    expect(await credentials.authorize(asking({ kind: 'none' }), holding({}))).toEqual({});
    expect(endpoint.asked).toEqual([]);
  });

  test('an issuer that refuses, or answers nonsense, is a failure without its words', async () => {
    await endpoint.close();
    const secrets = { client_secret: 'secret-of-tests' };
    const options = { tenant_id: 't', client_id: 'c' };
    for (const answer of [
      [401, '{"error_description":"secret-of-tests"}'],
      [200, 'nonsense'],
      [200, '{}'],
    ] as const) {
      endpoint = await startTokenEndpoint(() => answer);
      const failure = await make().authorize(asking(AZURE), holding({ secrets, options }));
      expect(failure).toMatchObject({ kind: 'credentials' });
      expect(JSON.stringify(failure)).not.toContain('secret-of-tests');
      await endpoint.close();
    }
    expect(await make().authorize(asking(AZURE), holding({ secrets, options }))).toMatchObject({ kind: 'credentials' });
    endpoint = await startTokenEndpoint();
  });
});

describe('Microsoft Entra ID', () => {
  const application = { options: { tenant_id: 'tenant', client_id: 'client' }, secrets: { client_secret: 's' } };

  test('an application gets a token once for many calls', async () => {
    const credentials = make();
    const made = await Promise.all([1, 2, 3].map(() => credentials.authorize(asking(AZURE), holding(application))));
    expect(made).toEqual(Array.from({ length: 3 }, () => ({ authorization: 'Bearer token-1' })));
    expect(endpoint.asked).toMatchObject([
      {
        path: '/tenant/oauth2/v2.0/token',
        form: {
          grant_type: 'client_credentials',
          client_id: 'client',
          client_secret: 's',
          scope: 'https://cognitiveservices.azure.com/.default',
        },
      },
    ]);
  });

  test('a user, an identity of another issuer and a workload do as well, also from the environment', async () => {
    const user = { options: { client_id: 'client', azure_username: 'u', azure_scope: 'own' }, secrets: { azure_password: 'p' } };
    expect(await make().authorize(asking(AZURE), holding(user))).toEqual({ authorization: 'Bearer token-1' });
    const env = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', IDENTITY: 'jwt' };
    expect(await make(env).authorize(asking(AZURE), holding({ secrets: { azure_ad_token: 'oidc/env/IDENTITY' } }))).toEqual({
      authorization: 'Bearer token-2',
    });
    const file = join(folder, 'token');
    writeFileSync(file, 'jwt-of-file\n');
    await make({ ...env, AZURE_FEDERATED_TOKEN_FILE: file }).authorize(asking(AZURE), holding({}));
    expect(endpoint.asked.map(({ path, form }) => [path, form])).toMatchObject([
      ['/organizations/oauth2/v2.0/token', { grant_type: 'password', username: 'u', password: 'p', scope: 'own' }],
      ['/tenant/oauth2/v2.0/token', { client_assertion: 'jwt' }],
      ['/tenant/oauth2/v2.0/token', { client_assertion: 'jwt-of-file' }],
    ]);
  });

  test('a token that is there already is used; without anything there is a failure', async () => {
    expect(await make().authorize(asking(AZURE), holding({ secrets: { azure_ad_token: 'own' } }))).toEqual({ authorization: 'Bearer own' });
    expect(await make({ AZURE_AD_TOKEN: 'env' }).authorize(asking(AZURE), holding({}))).toEqual({ authorization: 'Bearer env' });
    expect(await make().authorize(asking(AZURE), holding({}))).toMatchObject({ kind: 'credentials' });
    expect(await make().authorize(asking(AZURE), holding({ secrets: { azure_ad_token: 'oidc/env/NOWHERE' } }))).toMatchObject({
      kind: 'credentials',
    });
  });
});

describe('IBM Cloud', () => {
  test('a key is exchanged for a token, a token and a Zen key are used as they are', async () => {
    const env = { WATSONX_IAM_URL: `${endpoint.url}/identity/token` };
    expect(await make(env).authorize(asking(IBM), holding({ apiKey: 'k' }))).toEqual({ authorization: 'Bearer token-1' });
    expect(endpoint.asked).toMatchObject([
      { path: '/identity/token', form: { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: 'k' } },
    ]);
    expect(await make(env).authorize(asking(IBM), holding({ apiKey: 'k', secrets: { token: 't' } }))).toEqual({
      authorization: 'Bearer t',
    });
    expect(await make(env).authorize(asking(IBM), holding({ secrets: { zen_api_key: 'z' } }))).toEqual({ authorization: 'ZenApiKey z' });
    expect(await make(env).authorize(asking(IBM), holding({}))).toMatchObject({ kind: 'credentials' });
  });
});

describe('Google Cloud', () => {
  const user = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' };

  test.each([['an object'], ['JSON'], ['a file']])('credentials as %s', async (how) => {
    const file = join(folder, 'credentials.json');
    writeFileSync(file, JSON.stringify(user));
    const given = { 'an object': user, JSON: JSON.stringify(user), 'a file': file }[how] ?? '';
    const credentials = make();
    const secrets = { vertex_credentials: given };
    expect(await credentials.authorize(asking(GOOGLE), holding({ secrets }))).toEqual({ authorization: 'Bearer token-1' });
    expect(await credentials.authorize(asking(GOOGLE), holding({ secrets }))).toEqual({ authorization: 'Bearer token-1' });
    expect(endpoint.asked).toMatchObject([{ form: { grant_type: 'refresh_token', refresh_token: 'r' } }]);
  });

  test('a service account signs for itself', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const account = { type: 'service_account', client_email: 'gateway@project.test', private_key: privateKey, project_id: 'p' };
    expect(await make({ VERTEXAI_CREDENTIALS: JSON.stringify(account) }).authorize(asking(GOOGLE), holding({}))).toEqual({
      authorization: 'Bearer token-1',
    });
    const [asked] = endpoint.asked;
    const claims: unknown = JSON.parse(Buffer.from(asked?.form['assertion']?.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ iss: 'gateway@project.test', scope: 'https://www.googleapis.com/auth/cloud-platform' });
  });

  test('credentials that are none are a failure that does not quote them', async () => {
    const failure = await make().authorize(
      asking(GOOGLE),
      holding({ secrets: { vertex_credentials: '{"private_key":"secret-of-tests"' } }),
    );
    expect(failure).toMatchObject({ kind: 'credentials' });
    expect(JSON.stringify(failure)).not.toContain('secret-of-tests');
  });
});

describe('AWS', () => {
  const EXPIRES = new Date(NOW_MS + 3_600_000).toISOString();
  const sts = (action: string): string =>
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>` +
    `<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-session</SessionToken><Expiration>${EXPIRES}</Expiration></Credentials>` +
    `<AssumedRoleUser><AssumedRoleId>i</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser></${action}Result></${action}Response>`;

  test('plain keys sign, a Bedrock key is sent, and nothing is fetched', async () => {
    const credentials = make({ AWS_SESSION_TOKEN: 'session' });
    expect(await credentials.authorize(asking(AWS), holding({ secrets: KEYS }))).toMatchObject({
      'x-amz-security-token': 'session',
      'x-amz-date': '20260101T000000Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/us-east-1\/bedrock\/aws4_request, .*Signature=[0-9a-f]{64}$/u,
      ),
    });
    expect(await credentials.authorize(asking(AWS), holding({ apiKey: 'bedrock-key', secrets: KEYS }))).toEqual({
      authorization: 'Bearer bedrock-key',
    });
  });

  test('a profile of the shared file', async () => {
    const file = join(folder, 'credentials');
    writeFileSync(file, '[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = team-secret\n');
    const made = await make({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: file }).authorize(
      asking(AWS),
      holding({ options: { aws_profile_name: 'team' } }),
    );
    expect(made).toMatchObject({ authorization: expect.stringContaining('Credential=AKIDTEAM/') });
  });

  test('a role is taken on once, with keys or with a token of another issuer', async () => {
    await endpoint.close();
    endpoint = await startTokenEndpoint((_count, { form }) => [200, sts(form['Action'] ?? '')]);
    const options = { aws_role_name: 'arn:aws:iam::1:role/r', aws_session_name: 's', aws_sts_endpoint: endpoint.url, aws_external_id: 'x' };
    const credentials = make();
    const held = holding({ secrets: KEYS, options });
    const made = await Promise.all([1, 2].map(() => credentials.authorize(asking(AWS), held)));
    for (const headers of made) {
      expect(headers).toMatchObject({
        'x-amz-security-token': 'role-session',
        authorization: expect.stringContaining('Credential=AKIDROLE/'),
      });
    }
    await credentials.authorize(asking(AWS), holding({ secrets: { aws_web_identity_token: 'jwt' }, options }));
    expect(endpoint.asked.map(({ form }) => form)).toMatchObject([
      { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 's', ExternalId: 'x', DurationSeconds: '3600' },
      { Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: 'jwt' },
    ]);
  });

  test('a role that is refused is a failure', async () => {
    await endpoint.close();
    endpoint = await startTokenEndpoint(() => [
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>secret-of-tests</Message></Error></ErrorResponse>',
    ]);
    const options = { aws_role_name: 'arn:aws:iam::1:role/r', aws_sts_endpoint: endpoint.url };
    const failure = await make().authorize(asking(AWS), holding({ secrets: KEYS, options }));
    expect(failure).toMatchObject({ kind: 'credentials', message: expect.stringContaining('AccessDenied') });
    expect(JSON.stringify(failure)).not.toContain('secret-of-tests');
  });
});
