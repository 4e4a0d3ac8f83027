import { expect, test } from 'vitest';
import { caller } from '../../test/make-caller.ts';
import { systemClock, type Identity, type TokenLookup } from '../ports/index.ts';
import { createOauthLookup } from './index.ts';

const SETTINGS = { endpoint: 'https://login.test/me', client: undefined, userIdField: 'sub', roleField: 'role', teamIdField: 'team_id' };

function lookUp(say: () => Response | Promise<Response>): {
  readonly tokens: TokenLookup;
  readonly clock: { monotonicMs: number; nowMs: number };
  readonly named: Identity[];
  readonly sent: RequestInit[];
} {
  const clock = { monotonicMs: 0, nowMs: 1_000_000 };
  const [named, sent]: [Identity[], RequestInit[]] = [[], []];
  const tokens = createOauthLookup({
    settings: SETTINGS,
    keys: { findIdentity: (identity) => (named.push(identity), { kind: 'found', caller: caller() }) },
    fetch: async (_url, init) => (sent.push(init ?? {}), say()),
    clock: { ...systemClock, nowMs: () => clock.nowMs, monotonicMs: () => clock.monotonicMs },
  });
  return { tokens, clock, named, sent };
}

test('a token is asked about once while it is fresh, and refused once its server takes it back', async () => {
  let active = true;
  const { tokens, clock, sent } = lookUp(() => (active ? Response.json({ sub: 'ann' }) : new Response('', { status: 401 })));
  expect(await tokens.find('token')).toMatchObject({ kind: 'found' });
  active = false;
  clock.monotonicMs = 2_000;
  // At once: nobody is asked.
  expect(tokens.find('token')).toMatchObject({ kind: 'found' });
  expect(sent.length).toBe(1);
  clock.monotonicMs = 5_000;
  expect(await tokens.find('token')).toMatchObject({ kind: 'refused' });
});

test('while the server is down a known token goes on for a minute, and no longer than it says itself', async () => {
  let up = true;
  const { tokens, clock } = lookUp(() => (up ? Response.json({ sub: 'ann', exp: 1_030 }) : new Response('', { status: 502 })));
  expect(await tokens.find('token')).toMatchObject({ kind: 'found' });
  up = false;
  expect(await tokens.find('other')).toMatchObject({ kind: 'provider-down' });
  clock.monotonicMs = 20_000;
  expect(await tokens.find('token')).toMatchObject({ kind: 'found' });
  clock.nowMs = 1_030_000;
  expect(await tokens.find('token')).toStrictEqual({ kind: 'expired' });
  clock.nowMs = 1_000_000;
  clock.monotonicMs = 66_000;
  expect(await tokens.find('token')).toMatchObject({ kind: 'provider-down' });
});

test('a flood of tokens that nobody gave out is no flood of questions, and each is asked about once', async () => {
  const { promise: gate, resolve: answer } = Promise.withResolvers<void>();
  let [asking, askingMax] = [0, 0];
  const { tokens, sent } = lookUp(async () => {
    askingMax = Math.max(askingMax, (asking += 1));
    await gate;
    asking -= 1;
    return new Response('', { status: 401 });
  });
  const flood = Array.from({ length: 200 }, (_, index) => tokens.find(`made-up-${index % 100}`));
  expect(sent.length).toBe(20);
  answer();
  for (const finding of await Promise.all(flood)) expect(finding).toMatchObject({ kind: 'refused' });
  expect([sent.length, askingMax]).toStrictEqual([100, 20]);
  expect(tokens.find('made-up-7')).toMatchObject({ kind: 'refused' });
});

test('nothing that leads elsewhere is followed, and nothing that is no answer is believed', async () => {
  const { tokens, sent } = lookUp(() => Response.json(['ann']));
  expect(await tokens.find('token')).toMatchObject({ kind: 'provider-down' });
  expect(sent[0]).toMatchObject({ redirect: 'error', headers: { authorization: 'Bearer token' } });
  const busy = lookUp(() => new Response('', { status: 429 }));
  expect(await busy.tokens.find('token')).toMatchObject({ kind: 'provider-down' });
});

test('who is named: no member that every object has, and nobody who manages', async () => {
  const { tokens, named } = lookUp(() => Response.json({ sub: 7, team_id: ['a'], role: 'internal_user_viewer' }));
  await tokens.find('token');
  expect(named).toMatchObject([{ userId: '7', teamIds: [], isAdmin: false, role: 'internal_user_viewer', takesStrangers: true }]);
  expect(named[0]?.allowedRoutes).toStrictEqual(['llm_api_routes', 'info_routes']);
  expect([tokens.takes('sk-key'), tokens.takes('')]).toStrictEqual([false, false]);
});
