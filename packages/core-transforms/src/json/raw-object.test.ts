import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DEPTH_MAX, scanRawObject, toRawObject, type RawObject } from './raw-object.ts';

const encoder = new TextEncoder();

function scan(text: string): RawObject {
  const outcome = scanRawObject(encoder.encode(text));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

function refusal(body: string | Uint8Array): string {
  const outcome = scanRawObject(typeof body === 'string' ? encoder.encode(body) : body);
  if (outcome.ok) throw new Error('was accepted');
  if (outcome.error.kind !== 'bad-request') throw new Error(outcome.error.kind);
  return `${outcome.error.path}: ${outcome.error.message}`;
}

describe('scanRawObject', () => {
  test('finds the members of the outermost object, names unescaped', () => {
    const text = ' { "a" : 1.0 , "mod\\u0065l":"x}\\"," ,"n":{"model":[{}]},"e":[] } \n';
    const raw = scan(text);
    expect(raw.members.map((member) => [member.name, text.slice(member.valueStart, member.valueEnd)])).toStrictEqual([
      ['a', '1.0'],
      ['model', '"x}\\","'],
      ['n', '{"model":[{}]}'],
      ['e', '[]'],
    ]);
    expect(raw.members.map((member) => text.slice(member.nameStart, member.nameEnd))).toStrictEqual(['"a"', '"mod\\u0065l"', '"n"', '"e"']);
    expect(raw.value).toStrictEqual({ a: 1, model: 'x}",', n: { model: [{}] }, e: [] });
  });

  test('says the same as JSON.parse of any object, however it is spaced', () => {
    const space = fc.constantFrom('', ' ', '\n\t', '\r');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })), space, space, (value, before, between) => {
        const entries = Object.entries(value).map(
          ([name, member]) => `${between}${JSON.stringify(name)}${before}:${between}${JSON.stringify(member, null, before)}${before}`,
        );
        const text = `${before}{${entries.join(',')}}${between}`;
        const raw = scan(text);
        expect(raw.value).toStrictEqual(JSON.parse(text));
        expect(raw.members.map((member) => member.name)).toStrictEqual(Object.keys(value));
        for (const member of raw.members) {
          expect(JSON.parse(text.slice(member.valueStart, member.valueEnd))).toStrictEqual(raw.value[member.name]);
          expect(JSON.parse(text.slice(member.nameStart, member.nameEnd))).toBe(member.name);
        }
      }),
    );
  });

  test('accepts exactly the objects that JSON.parse accepts, from any mutilation of one', () => {
    const text = '{"model":"a\\"\\\\","n":[1,-2.5e3,true,null,{"x":"\\u00e9"}],"s":{"stream":false}}';
    const edit = fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', ' ', 'e', '\u0001'),
    );
    fc.assert(
      fc.property(edit, ([at, gone, put]) => {
        const changed = text.slice(0, at) + put + text.slice(at + gone);
        expect(scanRawObject(encoder.encode(changed)).ok, changed).toBe(isObjectText(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '',
    ' ',
    '[]',
    '"x"',
    '1',
    'null',
    '{',
    '{"a":1',
    '{"a":1}}',
    '{} x',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":01}',
    '{"a":1,}',
    '\uFEFF{}',
  ])('refuses %j as 400 for the body', (text) => {
    expect(refusal(text)).toMatch(/^request_body: Invalid JSON payload: ./u);
  });

  test('refuses what is not UTF-8, and half of a surrogate pair', () => {
    expect(refusal(Uint8Array.from([...encoder.encode('{"a":"'), 0xc3, 0x28, 0x22, 0x7d]))).toContain('UTF-8');
    expect(refusal('{"a":"\\ud83d"}')).toContain('surrogate');
    expect(refusal('{"a":{"\\uDC00":1}}')).toContain('surrogate');
    expect(scan('{"a":"\\ud83d\\ude00"}').value).toStrictEqual({ a: '😀' });
    expect(scan(String.raw`{"a":"\\ud83d"}`).value).toStrictEqual({ a: '\\ud83d' });
  });

  test('bounds depth before it builds anything', () => {
    expect(scan(nested(DEPTH_MAX)).members).toHaveLength(1);
    expect(refusal(nested(DEPTH_MAX + 1))).toBe(`request_body: Invalid JSON payload: nested deeper than ${DEPTH_MAX} levels`);
    expect(refusal('['.repeat(1_000_000))).toContain('nested deeper');
    expect(scan(`{"a":"${'['.repeat(1_000)}"}`).members).toHaveLength(1);
  });

  test('refuses a second model or stream, however it is written; other names may stand twice', () => {
    expect(refusal('{"model":"a","mod\\u0065l":"b"}')).toMatch(/^model: /u);
    expect(refusal('{"stream":true,"x":1,"stream":true}')).toMatch(/^stream: /u);
    expect(scan('{"n":1,"n":2,"m":{"model":1,"model":2}}').value).toStrictEqual({ n: 2, m: { model: 2 } });
  });

  test('tells a second name from what looks like one', () => {
    expect(refusal('{"a":{"model":"x"},"model":"y","b":["model"],"model":"y"}')).toMatch(/^model: /u);
    expect(refusal('{"model":"x","a":"\\u0041","model":"x"}')).toMatch(/^model: /u);
    for (const other of ['"super-model":1', '"a":"model"', '"a":{"model":"x"}', '"a":"my \\"model\\""', '"a":"\\u0041"']) {
      expect(scan(`{"model":"x",${other},"stream":true}`).repeats).toBe(false);
    }
  });

  test('finds whatever name stands twice', () => {
    const name = fc.constantFrom('model', 'stream', 'a', 'mod\\u0065l', 'super-model');
    const value = fc.constantFrom('"model"', '{"model":1,"stream":[{}]}', '["stream",{"a":{}}]', '1.0', '"\\"model\\":"', '"é"');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom('', ' ', '\n'), (members, space) => {
        const text = `{${members.map(([key, one]) => `"${key}"${space}:${space}${one}`).join(`${space},`)}}`;
        const names = members.map(([key]) => key.replace('\\u0065', 'e'));
        const twice = names.filter((one, at) => names.indexOf(one) !== at);
        const outcome = scanRawObject(encoder.encode(text));
        expect(outcome.ok).toBe(!twice.includes('model') && !twice.includes('stream'));
        if (outcome.ok) expect(outcome.value.repeats).toBe(twice.length > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes many brackets, as long as they are not nested', () => {
    const many = `{"a":[${'{},'.repeat(DEPTH_MAX)}{}],"b":1,"b":2}`;
    expect(scan(many).repeats).toBe(true);
    expect(scan(many.replace('"b":2', '"c":2')).repeats).toBe(false);
    expect(scan(`{"a":"${'[{'.repeat(DEPTH_MAX)}"}`).repeats).toBe(false);
  });

  test('keeps __proto__ an ordinary member', () => {
    const raw = scan('{"__proto__":{"model":"x"}}');
    expect(raw.value['model']).toBeUndefined();
    expect(Object.keys(raw.value)).toStrictEqual(['__proto__']);
  });
});

test('toRawObject gives what a scan of the same text gives', () => {
  const value = { model: 'm', 'q"uote': [1, { deep: null }] };
  expect(toRawObject(value)).toStrictEqual(scan(JSON.stringify(value)));
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function nested(depth: number): string {
  return `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
}
