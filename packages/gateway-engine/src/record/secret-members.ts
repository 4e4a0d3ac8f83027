import { hash } from 'node:crypto';
import type { JsonObject, RawObject } from '@stagegate/core-transforms';
import { CONTENT_MEMBERS } from '../auth/banned-members.ts';
import { isSecretName } from '../config/param-names.ts';
import { toRecordedBody, type RecordedBody } from './call-record.ts';
import { maskJson } from './mask-json.ts';

/** Text that may name a secret, in JSON or in a form. */
const HINT = /(?:key|token|credentials|authorization|headers|query|cookie)\\?"|secret|password|\\u00/iu;
/** Members with headers or query parameters for the upstream request, which may have any name. */
const CARRIERS = /^(?:extra_)?(?:headers|query)$|cookie/iu;
/** Members that never hold a secret. */
const PLAIN: ReadonlySet<string> = new Set(['model', 'stream', 'temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'n']);

/**
 * Whether a client's body may name a secret outside of its content. The content is not searched: a conversation is the user's own text.
 *
 * cost: a look at the names of the top-level members, and a search of those that may hold more; without a scan, one search of the body.
 */
export function mayNameSecret(body: Uint8Array, scan: RawObject | undefined): boolean {
  if (scan === undefined) return HINT.test(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
  // `members` takes a scan of its own, so it is asked for last. Of repeated members `value` has only the last, so they need that scan.
  return (scan.repeats || mayHoldSecret(scan.value)) && scan.members.some((member) => namesSecret(scan.text, member));
}

/** Whether a member has a secret name, or is a text or a container, which may hold a secret. */
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

/** Masks members with secret names, and calls `tell` with each value that it masks; undefined where the text is no JSON object. */
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

/** A body as it is kept: with secret members masked, or as its hash where they cannot be located. */
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
