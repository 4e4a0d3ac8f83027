import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runtimeLock } from '../runtime-lock.ts';
import { makeFolder } from './spawn-serve.ts';

const LOCK = `
importers:
  packages/a:
    dependencies:
      own: { specifier: 'workspace:*', version: 'link:../own' }
      hono: { specifier: ^4, version: 4.1.0(peer@1.0.0) }
    optionalDependencies:
      native: { specifier: ^1, version: 1.0.0 }
    devDependencies:
      vitest: { specifier: ^5, version: 5.0.0 }
packages:
  deep@2.0.0: { resolution: { integrity: sha512-deep } }
  hono@4.1.0: { resolution: { integrity: sha512-hono } }
  native@1.0.0: { resolution: { integrity: sha512-native } }
  vitest@5.0.0: { resolution: { integrity: sha512-vitest } }
snapshots:
  deep@2.0.0: {}
  hono@4.1.0(peer@1.0.0): { dependencies: { deep: 2.0.0 } }
  native@1.0.0: {}
  vitest@5.0.0: { dependencies: { chai: 5.0.0 } }
`;

test('what runs is locked, with all below it; what only builds and tests is not', () => {
  const file = join(makeFolder({ 'pnpm-lock.yaml': LOCK }), 'pnpm-lock.yaml');
  expect(runtimeLock(file, ['packages/a'])).toBe('deep@2.0.0 sha512-deep\nhono@4.1.0 sha512-hono\nnative@1.0.0 sha512-native\n');
  expect(() => runtimeLock(join(makeFolder({ 'l.yaml': LOCK.replaceAll('deep@2', 'deep@3') }), 'l.yaml'), ['packages/a'])).toThrow(
    'the lockfile has no deep@2.0.0',
  );
});

test('the own lockfile: undici is in it, vitest is not', () => {
  const lines = runtimeLock(join(import.meta.dirname, '../../../pnpm-lock.yaml'), ['packages/gateway-engine', 'packages/shell-hono']);
  expect(lines).toMatch(/^undici@\d\S+ sha512-\S+$/mu);
  expect(lines).toMatch(/^hono@/mu);
  expect(lines).not.toMatch(/^(?:vitest|rolldown|oxlint)@/mu);
});
