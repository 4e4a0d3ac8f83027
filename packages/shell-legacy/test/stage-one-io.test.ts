import { chooseTransform, ok, type ChooseTransform, type Outcome, type ProviderRequest } from '@stagegate/core-transforms';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLegacyShell } from '../src/create-legacy-shell.ts';
import { toFailure } from '../src/stage1/exchange-failure.ts';
import { chatCall, partsFor } from './gateway.ts';

let provider: FakeUpstream;

beforeEach(async () => {
  provider = await startFakeUpstream();
});

afterEach(() => provider.close());

/** Core's transforms, with every provider request changed. */
function withRequest(change: (request: ProviderRequest) => ProviderRequest): ChooseTransform {
  return (plan) => {
    const chosen = chooseTransform(plan);
    if (!chosen.ok) return chosen;
    const { value } = chosen;
    const request = (...given: Parameters<typeof value.request>): Outcome<ProviderRequest> => {
      const made = value.request(...given);
      return made.ok ? ok(change(made.value)) : made;
    };
    return ok({ ...value, request });
  };
}

test('a redirect is not followed: it would carry the key elsewhere', async () => {
  const elsewhere = await startFakeUpstream();
  provider.enqueue({ status: 307, headers: { location: `${elsewhere.url}/v1/chat/completions` } });
  const answer = await createLegacyShell({ stage: 1, ...partsFor(provider.url) }).handler(chatCall('http://gateway.test'));
  expect(answer.ok).toBe(false);
  expect(elsewhere.requests).toHaveLength(0);
  await elsewhere.close();
});

test.each([
  ['a path that leaves its base', (request: ProviderRequest) => ({ ...request, url: `${provider.url}/v1/../admin` })],
  ['an escaped one', (request: ProviderRequest) => ({ ...request, url: `${provider.url}/v1/%2e%2E/admin` })],
  ['a header with a line break', (request: ProviderRequest) => ({ ...request, headers: { ...request.headers, 'x-a': 'b\r\nx-c: d' } })],
])('%s is never sent', async (_name, change) => {
  const shell = createLegacyShell({ stage: 1, ...partsFor(provider.url, withRequest(change)) });
  const answer = await shell.handler(chatCall('http://gateway.test'));
  expect(answer.status).toBe(500);
  expect(provider.requests).toHaveLength(0);
});

test('an error of a provider is quoted up to a limit', async () => {
  provider.enqueue({ status: 400, body: 'x'.repeat(3 * 1_048_576) });
  const answer = await createLegacyShell({ stage: 1, ...partsFor(provider.url) }).handler(chatCall('http://gateway.test'));
  expect(answer.status).toBe(502);
  expect((await answer.text()).length).toBeLessThan(10_000);
});

test('a bug is a bare 500, and no answer twice', async () => {
  const broken = withRequest(() => {
    throw new Error('a bug that names sk-secret');
  });
  const answer = await createLegacyShell({ stage: 1, ...partsFor(provider.url, broken) }).handler(chatCall('http://gateway.test'));
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
});

test.each([
  [new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }), 'head', 'connect'],
  [
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'UND_ERR_CONNECT_TIMEOUT' }) }),
    'head',
    'connect-timeout',
  ],
  [
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'UND_ERR_HEADERS_TIMEOUT' }) }),
    'head',
    'headers-timeout',
  ],
  [new TypeError('terminated', { cause: Object.assign(new Error('no'), { code: 'UND_ERR_BODY_TIMEOUT' }) }), 'body', 'idle-timeout'],
  [new TypeError('terminated', { cause: Object.assign(new Error('no'), { code: 'UND_ERR_SOCKET' }) }), 'body', 'reset'],
  [new TypeError('terminated'), 'body', 'reset'],
  ['anything', 'head', 'connect'],
] as const)('what fetch throws is worded: %#', (thrown, when, kind) => {
  expect(toFailure(thrown, when).kind).toBe(kind);
});
