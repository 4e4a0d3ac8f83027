import { hash } from 'node:crypto';
import type { JsonObject, RawObject } from '@stagegate/core-transforms';
import { CONTENT_MEMBERS } from '../auth/banned-members.ts';
import { isSecretName } from '../config/param-names.ts';
import { toRecordedBody, type RecordedBody } from './call-record.ts';
import { maskJson } from './mask-json.ts';

/** What may name a secret in a text of JSON, or of a form. */
const HINT = /(?:key|token|credentials|authorization|headers|query|cookie)\\?"|secret|password|\\u00/iu;
/** Members that hold more members of any name: those of a request that the client wants to be made in its place. */
const CARRIERS = /^(?:extra_)?(?:headers|query)$|cookie/iu;
/** Members that never hold a secret, whatever stands in them. */
const PLAIN: ReadonlySet<string> = new Set(['model', 'stream', 'temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'n']);

/**
 * Whether a client's body may name a secret, outside of its content: a conversation is the user's own text.
 *
 * cost: a look at the names of the top-level members, and at the text of those that may hold more; without a scan, one search
 *       through the body.
 */
export function mayNameSecret(body: Uint8Array, scan: RawObject | undefined): boolean {
  if (scan === undefined) return HINT.test(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
  // Where members stand is looked for only when it matters: it takes a scan of its own. Of a repeated member the value tells the last alone.
  return (scan.repeats || mayHoldSecret(scan.value)) && scan.members.some((member) => namesSecret(scan.text, member));
}

/** Whether a name is a secret's, or a text or members stand where they may be such. */
function mayHoldSecret(value: JsonObject): boolean {
  for (const name in value) {
    if (isPlain(name)) continue;
    const member = value[name];
    if (typeof member === 'string' || (typeof member === 'object' && member !== null) || isSecretMember(name)) return true;
  }
  return false;
}

function namesSecret(text: string, { name, valueStart, valueEnd }: RawObject['members'][number]): boolean {
  return !isPlain(name) && (isSecretMember(name) || HINT.test(text.slice(valueStart, valueEnd)));
}

function isPlain(name: string): boolean {
  return PLAIN.has(name) || CONTENT_MEMBERS.has(name);
}

/** Masks what is named like a secret, and tells what it was; undefined when the text is not JSON. */
export function maskSecretMembers(text: string, tell: (secret: string) => void): string | undefined {
  if (!/^\s*\{/u.test(text)) return undefined;
  return maskJson(text, (path, scalar) => {
    const [top] = path;
    if (typeof top !== 'string' || CONTENT_MEMBERS.has(top)) return false;
    const named = path.some((name) => typeof name === 'string' && isSecretMember(name));
    if (!named && !HINT.test(scalar)) return false;
    if (scalar.startsWith('"')) tell(unquote(scalar));
    return named ? scalar !== '' : true;
  });
}

/** A body as it is kept: with such members masked, or as its hash where it cannot be told which they are. */
export function hideSecretMembers(body: Uint8Array, tell: (secret: string) => void): RecordedBody {
  const kept = toRecordedBody(body);
  if (!mayNameSecret(body, undefined)) return kept;
  const text = 'text' in kept ? maskSecretMembers(kept.text, tell) : undefined;
  return text === undefined ? { sha256: hash('sha256', body), bytes: body.length } : { text };
}

function isSecretMember(name: string): boolean {
  return isSecretName(name) || CARRIERS.test(name);
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
