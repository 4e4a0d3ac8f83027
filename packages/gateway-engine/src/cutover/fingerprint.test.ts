import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig, type LoadedConfig } from '../config/index.ts';
import { fingerprintOf, hashCode, RUNTIME_LOCK_FILE } from './fingerprint.ts';

const RULE = 'match: { provider: openai }, lane: reference, candidate: { lane: hono, mode: on }';
const OPENAI = '{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: os.environ/KEY } }';
const OTHER = '{ model_name: b, litellm_params: { model: groq/llama-3.3-70b-versatile, api_key: k } }';

function load(rule: string, rows: readonly string[], env: Readonly<Record<string, string>> = {}): LoadedConfig {
  const text = `model_list: [${rows.join(', ')}]\nmigration: { reference_url: "http://r.test", rules: [{ name: moving, ${rule} }] }\n`;
  const outcome = parseConfig(text, { env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.config;
}

function print(rule = RULE, rows: readonly string[] = [OPENAI], code = 'code', env: Readonly<Record<string, string>> = {}): string {
  const config = load(rule, rows, env);
  const [first] = config.migration.rules;
  if (first === undefined) throw new Error('no rule');
  return fingerprintOf(code, first, config);
}

describe('a fingerprint', () => {
  const plain = print();

  test('is one hash', () => expect(plain).toMatch(/^[0-9a-f]{64}$/u));

  test.each([
    ['the mode', print(RULE.replace('mode: on', 'mode: off'))],
    ['a deployment of another provider', print(RULE, [OPENAI, OTHER])],
    ['the order of deployments', print(RULE, [OTHER, OPENAI])],
    ['the value of a key', print(RULE, [OPENAI], 'code', { KEY: 'sk-of-production' })],
  ])('is not changed by %s', (_name, other) => expect(other).toBe(plain));

  test.each([
    ['the code', print(RULE, [OPENAI], 'other code')],
    ['the serving lane', print(RULE.replace('reference', 'legacy-io'))],
    ['the candidate', print(RULE.replace('hono', 'legacy-thin'))],
    ['the match', print(RULE.replace('{ provider: openai }', '{ provider: openai, stream: true }'))],
    ['a gate', print(`${RULE}, gate: { mismatch_max: 0.01, confidence: 0.95, stratum_min: 20 }`)],
    ['a deployment that it matches', print(RULE, [OPENAI, OPENAI.replace('gpt-4o', 'gpt-4o-mini')])],
    ['a deployment for every provider', print(RULE, [OPENAI, '{ model_name: "*", litellm_params: { model: "*" } }'])],
    ['a setting of a deployment', print(RULE, [OPENAI.replace('api_key', 'temperature: 1, api_key')])],
  ])('is changed by %s', (_name, other) => expect(other).not.toBe(plain));

  test('of a rule for one model looks at what may be asked for by that name', () => {
    const rule = RULE.replace('provider: openai', 'model: a*');
    expect(print(rule, [OPENAI, OTHER])).toBe(print(rule));
    expect(print(rule, [OPENAI, OTHER.replace('b', 'a2')])).not.toBe(print(rule));
    expect(print(rule, [OPENAI, OTHER.replace('b', '"x/*"')])).not.toBe(print(rule));
  });
});

describe('the hash of the code', () => {
  function bundle(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-code-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  }
  const FILES = { 'stagegate.js': 'a', 'serve.js': 'b', [RUNTIME_LOCK_FILE]: 'undici@8\n' };

  test('depends on every bundle, its name, and the lock; on nothing else', () => {
    const plain = hashCode(bundle(FILES));
    expect(hashCode(bundle({ ...FILES, 'serve.js.map': 'map' }))).toBe(plain);
    expect(hashCode(bundle({ ...FILES, 'serve.js': 'c' }))).not.toBe(plain);
    expect(hashCode(bundle({ ...FILES, [RUNTIME_LOCK_FILE]: 'undici@9\n' }))).not.toBe(plain);
    const renamed = bundle(FILES);
    renameSync(join(renamed, 'serve.js'), join(renamed, 'other.js'));
    expect(hashCode(renamed)).not.toBe(plain);
  });

  test('cannot be had without the lock', () => expect(() => hashCode(bundle({ 'stagegate.js': 'a' }))).toThrow('ENOENT'));
});
