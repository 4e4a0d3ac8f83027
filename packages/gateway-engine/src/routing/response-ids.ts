import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Plan } from '@stagegate/core-transforms';
import type { Caller, Deployment } from '../ports/index.ts';

/** What an id of a response holds. */
export interface SealedResponse {
  readonly deploymentId: string;
  /** As the provider gave it. */
  readonly providerId: string;
  /** Whoever had it made; absent: nobody in particular, and anybody with a key may come back to it. */
  readonly owner?: ResponseOwner | undefined;
}

/** The user and the team of a key; empty for none. */
export interface ResponseOwner {
  readonly userId: string;
  readonly teamId: string;
}

/** Ids of responses: opaque to clients, read by every instance that has the same key. */
export interface ResponseSeals {
  /** Equal ids of equal deployments give equal seals. */
  readonly seal: (response: SealedResponse) => string;
  /** Undefined for an id that was not sealed with this key. */
  readonly open: (id: string) => SealedResponse | undefined;
}

const PREFIX = 'resp_';
const INFO = 'stagegate response ids';
const KEY_BYTES = 32;
/** Of the code that signs, which is also where the cipher begins. */
const CODE_BYTES = 16;
const CIPHER = 'aes-256-ctr';
/** Stands between the parts; none but the last holds one. */
const SEPARATOR = '\0';

/**
 * Seals of response ids. The code is made from what is sealed, and the cipher begins at the code, so that a seal needs no
 * random number and says nothing about its content but whether two are the same (SIV, as in RFC 5297, with HMAC-SHA-256).
 *
 * in: the salt key or the master key. Without either the ids still lead to their deployments, but everybody could make them,
 *     as everybody is let in.
 */
export function createResponseSeals(secret: string | undefined): ResponseSeals {
  const keys = Buffer.from(hkdfSync('sha256', secret ?? '', '', INFO, 2 * KEY_BYTES));
  const signing = keys.subarray(0, KEY_BYTES);
  const hiding = keys.subarray(KEY_BYTES);
  const sign = (content: Uint8Array): Buffer => createHmac('sha256', signing).update(content).digest().subarray(0, CODE_BYTES);
  return {
    seal: ({ deploymentId, providerId, owner }) => {
      // Last what others choose: it may hold the separator.
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

/** The ids of one deployment's responses, as its transforms show and read them; what is shown belongs to `owner`. */
export function responseIds({ id }: Deployment, seals: ResponseSeals, owner?: ResponseOwner): NonNullable<Plan['ids']> {
  return {
    seal: (providerId) => seals.seal({ deploymentId: id, providerId, owner }),
    open: (sealed) => seals.open(sealed)?.providerId,
  };
}

/** To whom a caller's responses belong; undefined for a caller that has neither user nor team. */
export function ownerOf({ userId = '', teamId = '' }: Caller): ResponseOwner | undefined {
  return userId === '' && teamId === '' ? undefined : { userId, teamId };
}

/**
 * Whether a response is somebody else's: of another user, or of another team. The proxy's admin may see all of them.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/responses_id_security.py, read 2026-11-28.
 */
export function isForeign({ owner }: SealedResponse, caller: Caller): boolean {
  if (owner === undefined || caller.role === 'proxy_admin' || caller.kind === 'anyone') return false;
  const { userId = '', teamId = '' } = caller;
  return (owner.userId !== '' && owner.userId !== userId) || (owner.teamId !== '' && owner.teamId !== teamId);
}

/**
 * The deployments that may go on with a response: the one that gave it, where it may serve the call at all, else all of them.
 *
 * in: `previousId` as the client sent it; an id that does not open changes nothing here, its transform refuses it.
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
