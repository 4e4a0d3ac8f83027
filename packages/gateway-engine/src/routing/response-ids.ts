import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Plan } from '@stagegate/core-transforms';
import type { Caller, Deployment } from '../ports/index.ts';

/** What the id of a response holds. */
export interface SealedResponse {
  readonly deploymentId: string;
  /** The provider's own id. */
  readonly providerId: string;
  /** Its owner; absent: none, so that every caller may use it. */
  readonly owner?: ResponseOwner | undefined;
}

/** The user and the team of a key; empty for none. */
export interface ResponseOwner {
  readonly userId: string;
  readonly teamId: string;
}

/** Seals ids of responses: opaque to clients, readable by every instance with the same secret. */
export interface ResponseSeals {
  /** Equal content gives equal seals. */
  readonly seal: (response: SealedResponse) => string;
  /** Undefined for an id that was not sealed with this secret. */
  readonly open: (id: string) => SealedResponse | undefined;
}

const PREFIX = 'resp_';
const INFO = 'stagegate response ids';
const KEY_BYTES = 32;
/** Bytes of the signature, which is also the cipher's initial vector. */
const CODE_BYTES = 16;
const CIPHER = 'aes-256-ctr';
/** Separates the parts. Only the last of them may hold one. */
const SEPARATOR = '\0';

/**
 * Makes the seals of response ids. The signature is computed over the content and then serves as the cipher's initial vector: a seal needs
 * no random number, and tells nothing but whether two of them are equal (SIV, as in RFC 5297, with HMAC-SHA-256).
 *
 * in: the salt key or the master key. Without either, ids still lead to their deployments, but anybody could forge them, as anybody is let
 *     in.
 */
export function createResponseSeals(secret: string | undefined): ResponseSeals {
  const keys = Buffer.from(hkdfSync('sha256', secret ?? '', '', INFO, 2 * KEY_BYTES));
  const signing = keys.subarray(0, KEY_BYTES);
  const hiding = keys.subarray(KEY_BYTES);
  const sign = (content: Uint8Array): Buffer => createHmac('sha256', signing).update(content).digest().subarray(0, CODE_BYTES);
  return {
    seal: ({ deploymentId, providerId, owner }) => {
      // The provider's id comes last: others choose it, and it may hold the separator.
      const parts = [deploymentId, owner?.userId ?? '', owner?.teamId ?? '', providerId];
      const content = Buffer.from(parts.join(SEPARATOR));
      const code = sign(content);
      return PREFIX + Buffer.concat([code, createCipheriv(CIPHER, hiding, code).update(content)]).toString('base64url');
    },
    open: (id) => {
      if (!id.startsWith(PREFIX)) return undefined;
      const text = id.slice(PREFIX.length);
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length <= CODE_BYTES || bytes.toString('base64url') !== text) return undefined;
      const code = bytes.subarray(0, CODE_BYTES);
      const content = createDecipheriv(CIPHER, hiding, code).update(bytes.subarray(CODE_BYTES));
      return timingSafeEqual(sign(content), code) ? readContent(content.toString()) : undefined;
    },
  };
}

/** How one deployment's transforms show and read ids of responses. Those that are shown belong to `owner`. */
export function responseIds({ id }: Deployment, seals: ResponseSeals, owner?: ResponseOwner): NonNullable<Plan['ids']> {
  return {
    seal: (providerId) => seals.seal({ deploymentId: id, providerId, owner }),
    open: (sealed) => seals.open(sealed)?.providerId,
  };
}

/** Who owns a caller's responses; undefined for a caller with neither user nor team. */
export function ownerOf({ userId = '', teamId = '' }: Caller): ResponseOwner | undefined {
  return userId === '' && teamId === '' ? undefined : { userId, teamId };
}

/**
 * Whether a response belongs to another user or team. The proxy's admin may see all.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/responses_id_security.py, read 2026-11-28.
 */
export function isForeign({ owner }: SealedResponse, caller: Caller): boolean {
  if (owner === undefined || caller.role === 'proxy_admin' || caller.kind === 'anyone') return false;
  const { userId = '', teamId = '' } = caller;
  return (owner.userId !== '' && owner.userId !== userId) || (owner.teamId !== '' && owner.teamId !== teamId);
}

/**
 * The deployments that may continue a response: the one that gave it if it is among these, else all of them.
 *
 * in: `previousId` as the client sent it. One that does not open changes nothing here; the transform will refuse it.
 */
export function withPrevious(deployments: readonly Deployment[], previousId: unknown, seals: ResponseSeals): readonly Deployment[] {
  const previous = typeof previousId === 'string' ? seals.open(previousId) : undefined;
  const own = previous === undefined ? [] : deployments.filter(({ id }) => id === previous.deploymentId);
  return own.length > 0 ? own : deployments;
}

function readContent(content: string): SealedResponse | undefined {
  const [deploymentId, userId, teamId, ...rest] = content.split(SEPARATOR);
  if (deploymentId === undefined || userId === undefined || teamId === undefined || rest.length === 0) return undefined;
  const plain = { deploymentId, providerId: rest.join(SEPARATOR) };
  return userId === '' && teamId === '' ? plain : { ...plain, owner: { userId, teamId } };
}
