import { expect, test } from 'vitest';
import { keyRows } from '../../test/make-rows.ts';
import { compileProxyIdentity } from '../auth/proxy-identity.ts';
import { toIdentityCaller } from './to-identity-caller.ts';

test('a team is called in the log what a proxy in front calls it, else what its row does', () => {
  const identify = compileProxyIdentity({ ranges: ['192.0.2.1'], headers: { team_id: 'x-team', team_alias: 'x-name' } });
  const { rows } = keyRows({ token: {}, team: { team_id: 't', team_alias: 'of the row' } }, 'hash');
  const aliasOf = (headers: Readonly<Record<string, string>>): unknown => {
    const identity = identify((name) => headers[name], '192.0.2.1');
    if ('kind' in identity) return identity.kind;
    return toIdentityCaller(identity, { ...rows, teamId: 't' }, { nowMs: 0, acceptsUnenforced: false }).grants?.team?.alias;
  };
  expect([aliasOf({ 'x-team': 't' }), aliasOf({ 'x-team': 't', 'x-name': 'of the proxy' })]).toStrictEqual(['of the row', 'of the proxy']);
  expect(aliasOf({ 'x-name': 'of the proxy' })).toBe('caller-refused');
});
