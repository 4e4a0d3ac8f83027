import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scrubOf } from './known-secrets.ts';

test('a secret is overwritten wherever it stands, and nothing else is', () => {
  const secrets = fc.string({ unit: fc.constantFrom('a', 'k', '-', '7', 'Z', 'é', '😀', '"'), minLength: 8, maxLength: 24 });
  const around = fc.string({ unit: fc.constantFrom('a', 'k', '-', '7', 'Z', ' '), maxLength: 30 });
  fc.assert(
    fc.property(secrets, fc.array(around, { minLength: 1, maxLength: 5 }), (secret, texts) => {
      const bytes = Buffer.from(texts.join(secret));
      const { length } = bytes;
      scrubOf([secret])(bytes);
      expect(bytes.includes(secret)).toBe(false);
      expect(bytes.length).toBe(length);
      const untouched = Buffer.from('nothing of it');
      scrubOf([secret])(untouched);
      expect(String(untouched)).toBe('nothing of it');
    }),
  );
});

test('what is too short to be told from words is left', () => {
  const bytes = Buffer.from('sk-1234 stands here');
  scrubOf(['sk-1234'])(bytes);
  expect(String(bytes)).toBe('sk-1234 stands here');
});
