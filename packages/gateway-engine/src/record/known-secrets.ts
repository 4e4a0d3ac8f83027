import { parseJson, type Headers, type JsonValue } from '@stagegate/core-transforms';
import { isSecretName } from '../config/param-names.ts';
import type { Deployment } from '../ports/index.ts';
import { HARMLESS } from './kept-headers.ts';
import type { Scrub } from './segment-format.ts';

/** A shorter secret would also match inside ordinary words. */
const LENGTH_MIN = 8;
const NEEDLES_MAX = 10_000;

const ofDeployment = new WeakMap<Deployment, readonly Needle[]>();
const known = new Map<string, readonly Needle[]>();

/** The bytes of a secret, and a few of them that are searched for first. */
export interface Needle {
  readonly whole: Buffer;
  readonly probe: Buffer;
  /** The offset of the probe in the whole. */
  readonly probeAt: number;
}

/** The needles of a deployment's secrets: its key, the secret members of `litellm_params`, and its `extra_headers`. */
export function secretsOfDeployment(deployment: Deployment): readonly Needle[] {
  const kept = ofDeployment.get(deployment);
  if (kept !== undefined) return kept;
  const { apiKey, secrets = {}, settings } = deployment;
  const headers = Object.entries(settings.extraHeaders).filter(([name]) => !HARMLESS.has(name));
  const texts = [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...Object.values(secrets).flatMap(secretTexts),
    ...headers.map(([, value]) => value),
    ...namedSecrets(settings.defaults),
    ...namedSecrets(settings.options),
  ];
  const made = [...new Set(texts)].flatMap(toNeedles);
  ofDeployment.set(deployment, made);
  return made;
}

/** The needles of one secret; none for a text that is too short. */
export function toNeedles(secret: string): readonly Needle[] {
  if (secret.length < LENGTH_MIN) return [];
  const kept = known.get(secret);
  if (kept !== undefined) return kept;
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), withoutScheme(secret)]);
  const made = [...forms].filter(({ length }) => length >= LENGTH_MIN).map(toNeedle);
  if (known.size < NEEDLES_MAX) known.set(secret, made);
  return made;
}

/** The needles of the header values that credentials added to the request that core made. */
export function appliedSecrets(applied: Headers, made: Headers): readonly Needle[] {
  return Object.entries(applied)
    .filter(([name]) => !Object.hasOwn(made, name))
    .flatMap(([, value]) => toNeedles(value));
}

/** Makes a scrub for these secrets. */
export function scrubOf(secrets: readonly string[]): Scrub {
  const needles = secrets.flatMap(toNeedles);
  return (bytes) => scrub(bytes, needles);
}

/** Overwrites every occurrence of the secrets in the bytes. */
export function scrub(bytes: Buffer, needles: readonly Needle[]): void {
  for (const { whole, probe, probeAt } of needles) {
    for (let at = bytes.indexOf(probe); at !== -1; at = bytes.indexOf(probe, at + 1)) {
      const [from, to] = [at - probeAt, at - probeAt + whole.length];
      if (from >= 0 && to <= bytes.length && bytes.compare(whole, 0, whole.length, from, to) === 0) bytes.fill('x', from, to);
    }
  }
}

/** Characters by how rare they are in bodies and headers, the rarest first. */
const RARE = 'QZXJKVYWUGHBMFPRNLODSIECTA7946583qzjkxvw210yb';
/** The length of a probe. Shorter ones match too often; for longer ones Node's search builds tables first (measured: up to 3 times as slow). */
const PROBE_BYTES = 6;

/** Makes a needle. A search jumps between occurrences of the first byte, so the probe begins with a rare one (measured: up to 20 times as fast). */
function toNeedle(text: string): Needle {
  const ranks = text
    .slice(0, 1 - PROBE_BYTES)
    .split('')
    .map((unit) => (RARE.includes(unit) ? RARE.indexOf(unit) : RARE.length));
  const at = ranks.indexOf(Math.min(...ranks));
  const [whole, probeAt] = [Buffer.from(text), Buffer.byteLength(text.slice(0, at))];
  return { whole, probe: whole.subarray(probeAt, probeAt + PROBE_BYTES), probeAt };
}

function withoutScheme(value: string): string {
  return value.slice(value.indexOf(' ') + 1);
}

/** All texts of a secret: in an object those under secret names, or all where no name is secret. */
function secretTexts(secret: JsonValue): readonly string[] {
  if (typeof secret === 'string') return [secret, ...textsIn(secret)];
  if (typeof secret !== 'object' || secret === null) return [];
  return namedSecrets(secret);
}

/** The secret texts inside of a string of JSON, as credentials often are a file's content. */
function textsIn(text: string): readonly string[] {
  return text.trimStart().startsWith('{') ? namedSecrets(parseJson(text)) : [];
}

function namedSecrets(value: unknown, named = false): readonly string[] {
  if (typeof value === 'string') return named ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => namedSecrets(member, named || isSecretName(name) || name.endsWith('headers')));
}
