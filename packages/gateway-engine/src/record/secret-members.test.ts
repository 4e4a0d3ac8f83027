import { scanRawObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { hideSecretMembers, mayNameSecret } from './secret-members.ts';

const TALK = '"model":"m","messages":[{"role":"user","content":"my api_key\\": 1"}],"max_tokens":1,"stream":true';

test.each([
  ['nothing but a conversation', `{${TALK}}`, false],
  ['numbers and switches', `{${TALK},"seed":1,"logprobs":true,"user":null}`, false],
  ['a text of the client', `{${TALK},"user":"ann"}`, false],
  ['a secret name', `{${TALK},"api_key":"sk-1"}`, true],
  ['a secret name, whatever it holds', `{${TALK},"api_key":7}`, true],
  ['a secret name, with escapes', String.raw`{${TALK},"api\u005fkey":"sk-1"}`, true],
  ['members of any name', `{${TALK},"extra_headers":{"x":"sk-1"}}`, true],
  ['a secret below another member', `{${TALK},"metadata":{"token":"sk-1"}}`, true],
  ['a secret in a text of JSON', String.raw`{${TALK},"metadata":"{\"api_key\":\"sk-1\"}"}`, true],
  ['a member whose last value hides its first', `{${TALK},"metadata":{"token":"sk-1"},"metadata":1}`, true],
])('%s', (_, text, expected) => {
  const bytes = Buffer.from(text);
  const scan = scanRawObject(bytes);
  expect(scan.ok && mayNameSecret(bytes, scan.value)).toBe(expected);
  if (expected) expect(JSON.stringify(hideSecretMembers(bytes, () => undefined))).not.toMatch(/sk-1|7/u);
});
