import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { caller } from '../../test/make-caller.ts';
import { systemClock, type Identity, type TokenLookup, type TokenSettings } from '../ports/index.ts';
import { toTokenSettings } from '../config/token-settings.ts';
import { createTokenLookup } from './index.ts';

const START_MS = Date.UTC(2026, 10, 29);
const { privateKey, publicKey } = await generateKeyPair('ES256');
const KEYS = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] };

function sign(claims: object, endsInSeconds = 600): Promise<string> {
  return new SignJWT({ sub: 'ann', exp: START_MS / 1000 + endsInSeconds, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .sign(privateKey);
}

/** Everybody exists. */
function lookUp(
  more: Partial<TokenSettings> = {},
  published: object = KEYS,
): {
  readonly tokens: TokenLookup;
  readonly clock: { nowMs: number };
  readonly asked: Identity[];
} {
  const clock = { nowMs: START_MS };
  const asked: Identity[] = [];
  const tokens = createTokenLookup({
    isAudited: false,
    settings: { ...toTokenSettings({ user_id_jwt_field: 'sub' }, { JWT_PUBLIC_KEY_URL: 'https://keys.test' }), ...more },
    fetch: async () => Response.json(published),
    clock: { ...systemClock, nowMs: () => clock.nowMs, monotonicMs: () => clock.nowMs },
    keys: {
      findIdentity: (identity) => {
        asked.push(identity);
        return { kind: 'found', caller: caller() };
      },
    },
  });
  return { tokens, clock, asked };
}

test('a token that was verified comes at once, for a minute, and as long as it holds', async () => {
  const { tokens, clock, asked } = lookUp();
  const [long, short] = [await sign({}), await sign({}, 30)];
  for (const token of [long, short]) {
    const verified = tokens.find(token);
    expect(verified).toBeInstanceOf(Promise);
    expect(await tokens.find(token)).toMatchObject({ kind: 'found' });
    // Signatures are checked in other threads: the later call may be answered first.
    await verified;
    expect(tokens.find(token)).toMatchObject({ kind: 'found' });
  }
  // Whoever it names is asked for each time: what is known of him is not the token's to keep.
  expect(asked.length).toBe(6);
  clock.nowMs += 30_000;
  expect(tokens.find(long)).toMatchObject({ kind: 'found' });
  expect(await tokens.find(short)).toStrictEqual({ kind: 'expired' });
  clock.nowMs += 30_000;
  expect(tokens.find(long)).toBeInstanceOf(Promise);
});

test('CVE-2026-12771: of a provider’s own algorithms only those that are listed', async () => {
  // By this name it is not on the list: the signature is good, and its key is published.
  const pair = await generateKeyPair('Ed25519');
  const { tokens } = lookUp({}, { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] });
  const signed = (alg: string): Promise<string> =>
    new SignJWT({ sub: 'ann', exp: START_MS / 1000 + 600 }).setProtectedHeader({ alg, kid: 'k' }).sign(pair.privateKey);
  expect(await tokens.find(await signed('EdDSA'))).toMatchObject({ kind: 'found' });
  expect(await tokens.find(await signed('Ed25519'))).toStrictEqual({
    kind: 'refused',
    message: 'Validation fails: the algorithm is not allowed',
  });
});

test('without a database nobody can be found', async () => {
  const settings = toTokenSettings({}, { JWT_PUBLIC_KEY_URL: 'https://keys.test' });
  const clock = { ...systemClock, nowMs: () => START_MS, monotonicMs: () => 0 };
  const tokens = createTokenLookup({ settings, isAudited: false, keys: {}, clock, fetch: async () => Response.json(KEYS) });
  expect(await tokens.find(await sign({}))).toStrictEqual({ kind: 'database-down' });
});

test.each<[string, object, Partial<TokenSettings>, object]>([
  ['a user', {}, {}, { userId: 'ann', teamIds: [], isAdmin: false, models: undefined, allowedRoutes: [] }],
  ['a path', { at: { 'a.b': { id: 7 } } }, { userIdField: String.raw`at.a\.b.id` }, { userId: '7' }],
  ['a list where one is meant', { team: ['one', 'two'] }, { teamIdField: 'team' }, { teamIds: ['one'] }],
  ['the team of those who have none', {}, { teamIdField: 'team', teamIdDefault: 'lobby' }, { teamIds: ['lobby'] }],
  ['groups', { groups: ['one', 'two'] }, { teamIdsField: 'groups' }, { teamIds: ['one', 'two'] }],
  ['no member that every object has', { sub: undefined }, { userIdField: 'constructor.name' }, { userId: undefined }],
  ['an e-mail address for an id', { sub: undefined, email: 'a@b.c' }, { emailField: 'email' }, { userId: 'a@b.c' }],
  ['an admin', { scope: ['x', 'litellm_proxy_admin'] }, {}, { isAdmin: true }],
  ['scopes without a model', { scope: 'a' }, { scopeMappings: [{ scope: 'b', models: ['m'] }] }, { models: [] }],
])('claims name %s', async (_, claims, settings, expected) => {
  const { tokens, asked } = lookUp(settings);
  expect(await tokens.find(await sign(claims))).toMatchObject({ kind: 'found' });
  expect(asked[0]).toMatchObject(expected);
});

test.each<[string, object, Partial<TokenSettings>]>([
  ['of no role that is mapped', { email: 'a@b.c', groups: ['x'] }, { rolesField: 'groups' }],
  ['of an address alone', { email: 'a@b.c' }, {}],
  ['of a role, and of nobody', { groups: ['staff'] }, { rolesField: 'groups', roleMappings: [{ role: 'staff', internalRole: 'team' }] }],
])('enforce_rbac: a token %s is denied', async (_, claims, settings) => {
  const { tokens, asked } = lookUp({ userIdField: undefined, emailField: 'email', enforcesRoles: true, ...settings });
  const found = await tokens.find(await sign({ sub: undefined, ...claims }));
  expect(found).toMatchObject({ kind: 'denied', message: expect.stringContaining('enforce_rbac is set to True') });
  expect(asked).toStrictEqual([]);
});

test('whoever calls for a team alone may go where teams may', async () => {
  const { tokens, asked } = lookUp({ userIdField: undefined, teamIdField: 'team' });
  await tokens.find(await sign({ team: 't' }));
  expect(asked[0]?.allowedRoutes).toContain('openai_routes');
  expect(asked[0]?.allowedRoutes).not.toContain('management_routes');
});
