import { loadRecorded } from '@stagegate/testbed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CipherName, createCipher } from './cipher.ts';

interface Recorded {
  readonly sealed: readonly { readonly cipher: CipherName; readonly key: string; readonly text: string; readonly sealed: string }[];
  readonly plain: readonly string[];
}

const { sealed, plain } = loadRecorded('ciphers') as unknown as Recorded;

test.each(sealed)('what LiteLLM sealed is opened: $cipher, key "$key", text "$text"', ({ key, text, sealed: value }) => {
  expect(createCipher(key).open(value)).toBe(text);
  expect(createCipher(`${key}?`).open(value)).toBeUndefined();
});

test('rows of the other alphabet are opened', () => {
  const box = sealed.filter(({ cipher }) => cipher === 'secretbox');
  const other = box.map((one) => ({ ...one, sealed: one.sealed.replaceAll('-', '+').replaceAll('_', '/') }));
  expect(other.some((one, index) => one.sealed !== box[index]?.sealed)).toBe(true);
  for (const one of other) expect(createCipher(one.key).open(one.sealed)).toBe(one.text);
});

test.each(plain)('what stands unencrypted is not opened: "%s"', (text) => {
  expect(createCipher('sk-salt-of-recordings').open(text)).toBeUndefined();
});

describe.each(['secretbox', 'gcm'] as const)('%s', (name) => {
  test('what is sealed is opened, and looks as what LiteLLM seals', () => {
    const cipher = createCipher('a key', name);
    const shape = name === 'gcm' ? /^v2:gcm:[\w-]+={0,2}$/u : /^[\w-]+={0,2}$/u;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = cipher.seal(text);
        expect(value).toMatch(shape);
        expect(value.replace('v2:gcm:', '').length % 4).toBe(0);
        expect(cipher.seal(text)).not.toBe(value);
        expect(createCipher('a key').open(value)).toBe(text);
      }),
    );
  });

  test('what was changed is not opened', () => {
    const value = createCipher('a key', name).seal('a text');
    const prefix = name === 'gcm' ? 'v2:gcm:' : '';
    const bytes = Buffer.from(value.slice(prefix.length), 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(createCipher('a key').open(`${prefix}${changed.toString('base64url')}`)).toBeUndefined();
    }
  });
});
