import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACCEPTED_DIFFERENCES } from '../../packages/parity/src/compare/accepted-differences.ts';
import { loadVectors, VECTORS_DIR, type Json } from '../../packages/testbed/src/index.ts';
import { hold } from './check.ts';
import { packageOf, readSources, ROOT, type SourceFile, stringsOf } from './source-file.ts';

const vectors = loadVectors();
const sources = readSources();

function sample(text: string): SourceFile {
  return { path: 'packages/gateway-engine/src/sample.ts', text };
}

hold({
  name: 'nothing but testbed reads vectors',
  files: sources.filter(({ path }) => packageOf(path) !== 'testbed'),
  find: (files) =>
    files.flatMap((file) =>
      stringsOf(file)
        .filter(({ value }) => /testbed\/vectors|^(?:\.\.\/)+vectors(?:\/|$)/u.test(value))
        .map(({ line }) => `${file.path}:${line} reaches into the vectors`),
    ),
  bad: ["export const a = '../../testbed/vectors/ocr';", "export const a = new URL('../../vectors', import.meta.url);"].map(sample),
});

/** Shorter texts are words that anybody may use. */
const RECORDED_LENGTH_MIN = 16;

const caseIds = new Set(vectors.map(({ vector }) => vector.id));
/** Members that hold speech rather than words of the dialect. */
const SPEECH = new Set([
  'content',
  'text',
  'thinking',
  'arguments',
  'input',
  'prompt',
  'reasoning',
  'reasoning_content',
  'description',
  'markdown',
  'query',
  'system',
  'partial_json',
]);
const recorded = collectRecorded();

hold({
  name: 'no case id and no recorded text stands in a source',
  files: sources,
  find: (files) =>
    files.flatMap((file) =>
      stringsOf(file)
        .filter(({ value }) => [...value.matchAll(/[\w.+-]+/gu)].some(([word]) => caseIds.has(word)) || recorded.has(value.trim()))
        .map(({ value, line }) => `${file.path}:${line} ${JSON.stringify(value)}`),
    ),
  bad: [[...caseIds][0], [...recorded][0], [...recorded].at(-1)].map((text) => sample(`export const a = ${JSON.stringify(text)};`)),
});

/** What people asked and models said: prompts, answers, tool arguments, wherever the recording holds them. */
function collectRecorded(): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (value: Json | undefined, key: string): void => {
    if (typeof value === 'string') {
      if (value.length >= RECORDED_LENGTH_MIN && SPEECH.has(key)) found.add(value.trim());
    } else if (Array.isArray(value)) for (const item of value) collect(item, key);
    else if (typeof value === 'object' && value !== null) for (const [name, member] of Object.entries(value)) collect(member, name);
  };
  for (const { vector } of vectors) {
    collect(vector.client_request, '');
    collect(vector.provider_response?.body, '');
    for (const data of (vector.provider_stream?.text ?? '').matchAll(/^data: (\{.*\})$/gmu)) collect(parse(data[1] ?? ''), '');
  }
  return found;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What real credentials look like. The recording's own say `dummy`. */
const CANARIES: readonly RegExp[] = [
  /\bsk-(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{24,}/u,
  /\bAKIA(?!DUMMY)[0-9A-Z]{16}\b/u,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/u,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/u,
  /\bxox[abpr]-[0-9A-Za-z-]{20,}/u,
  /\bAIza[0-9A-Za-z_-]{35}/u,
  /\bya29\.[0-9A-Za-z_-]{20,}/u,
  /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/u,
  /\b(?:gsk|hf|nvapi|pplx|xai|r8|fw)[_-][A-Za-z0-9]{30,}/u,
];

function findSecrets(text: string): readonly string[] {
  return CANARIES.flatMap((canary) => canary.exec(text)?.[0] ?? []);
}

test('no vector and no source holds what looks like a real credential', () => {
  const files = readdirSync(VECTORS_DIR, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const inVectors = files.flatMap((name) =>
    findSecrets(readFileSync(join(VECTORS_DIR, name), 'utf8')).map((secret) => `${name}: ${secret}`),
  );
  const inSources = readSources({ tests: true }).flatMap(({ path, text }) => findSecrets(text).map((secret) => `${path}: ${secret}`));
  expect([...inVectors, ...inSources]).toStrictEqual([]);
});

test.each([
  `sk-${'a1B'.repeat(8)}`,
  `sk-ant-api03-${'xY'.repeat(20)}`,
  `AKIA${'Q7'.repeat(8)}`,
  ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' '),
  `ghp_${'a'.repeat(36)}`,
  `AIza${'b'.repeat(35)}`,
  `gsk_${'c'.repeat(40)}`,
])('a credential is found: %s', (secret) => expect(findSecrets(`{"key":"${secret}"}`)).not.toStrictEqual([]));

test('every accepted difference has a reason, an owner and a day on which it ends', () => {
  const today = new Date().toISOString().slice(0, 10);
  const packages = readdirSync(join(ROOT, 'packages'));
  for (const { id, why, owner, expires } of ACCEPTED_DIFFERENCES) {
    expect(why.length, id).toBeGreaterThan(RECORDED_LENGTH_MIN);
    expect(packages, id).toContain(owner);
    expect(expires, id).toMatch(/^20\d\d-[01]\d-[0-3]\d$/u);
    expect(expires >= today, `${id} expired on ${expires}`).toBe(true);
    expect(caseIds.has(id), `${id} names a case`).toBe(false);
  }
});
