import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Headers } from '@stagegate/core-transforms';
import { findKey, hashKey } from '../auth/index.ts';
import type { Deployment } from '../ports/index.ts';
import type { RecordedCaller, RecordedDeployment } from './call-record.ts';
import { decodedBody } from './decoded-body.ts';
import { keptClientHeaders, keptHeaders, keptQuery, keptUrl, presentedSecrets } from './kept-headers.ts';
import { appliedSecrets, secretsOfDeployment, toNeedles, type Needle } from './known-secrets.ts';
import type { PackedRecord, StoredBody, StoredRecord } from './record-codec.ts';
import type { Redactor } from './create-redactor.ts';
import { maskSecretMembers, mayNameSecret } from './secret-members.ts';
import type { Tape, TapedAnswer, TapedAttempt } from './tape.ts';

/** How much of calls is kept. */
export interface PackOptions {
  /** `keep`: bodies as they are; `hash`: their sha-256; `drop`: their length. */
  readonly content: 'keep' | 'hash' | 'drop';
  readonly redactor: Redactor | undefined;
  /** `litellm_key_header_name`, lower case. */
  readonly keyHeaderName: string | undefined;
}

/** A record ready to be written, and the secrets that must be scrubbed from it. */
export interface PackedTape {
  readonly packed: PackedRecord;
  readonly needles: readonly Needle[];
}

/** Makes a record of a tape; undefined where there is nothing to replay: no body was read, or nothing was answered. */
export function packTape(tape: Tape, options: PackOptions): PackedTape | undefined {
  const { body, answer } = tape;
  return body === undefined || answer === undefined ? undefined : new Packer(tape, options).pack(body, answer);
}

/** What becomes T once it is JSON. */
type Unpacked<T> = T extends object ? { readonly [name in keyof T]: Unpacked<T[name]> | undefined } : T;

/** One tape on its way to a record. */
class Packer {
  readonly #tape: Tape;
  readonly #options: PackOptions;
  readonly #namesSecret: boolean;
  readonly #bodies: (string | Uint8Array)[] = [];
  readonly #needles: Needle[];

  constructor(tape: Tape, options: PackOptions) {
    this.#tape = tape;
    this.#options = options;
    const { header, query } = tape.call;
    this.#namesSecret = tape.body !== undefined && mayNameSecret(tape.body, tape.scan);
    this.#needles = presentedSecrets(header, query, options.keyHeaderName).flatMap(toNeedles);
  }

  pack(body: Uint8Array, answer: TapedAnswer): PackedTape {
    const { call, startedMs, attempts, declined, failure, spentUsd } = this.#tape;
    const { lane, rule, route, ambient } = call;
    const last = attempts.at(-1);
    // The order of members matters: bodies are stored in the order in which they are met here. JSON leaves out what is undefined.
    const head: Unpacked<StoredRecord> = {
      version: 1,
      id: ambient.callId,
      startedMs,
      origin: 'gateway',
      lane,
      rule,
      route,
      caller: this.#caller(),
      ambient,
      client: {
        method: call.method,
        path: this.#value(call.path),
        query: this.#value(keptQuery(call.query)),
        headers: this.#headers(keptClientHeaders(call.header)),
        body: this.#store([body], true),
      },
      deployment: last && toDeployment(last.deployment),
      attempts: attempts.map((attempt) => this.#attempt(attempt)),
      declined,
      answer: this.#answer(answer),
      spentUsd,
      failure,
    };
    return { packed: { head: JSON.stringify(head), bodies: this.#bodies }, needles: this.#needles };
  }

  #caller(): Unpacked<RecordedCaller> {
    const { caller, call } = this.#tape;
    if (caller !== undefined) {
      const { keyHash, teamId, userId } = caller;
      return { keyHash, teamId, userId };
    }
    const { keyHeaderName } = this.#options;
    const key = keyHeaderName === undefined ? findKey(call.header) : call.header(keyHeaderName)?.replace(/^Bearer /iu, '');
    return key === undefined ? {} : { keyHash: hashKey(key) };
  }

  #attempt({ deployment, atMs, request, applied, answer, failure }: TapedAttempt): Unpacked<StoredRecord['attempts'][number]> {
    this.#needles.push(...secretsOfDeployment(deployment));
    const { method, url, headers, auth, body } = request;
    if (auth.kind === 'aws-sigv4' || auth.kind === 'token') this.#needles.push(...appliedSecrets(applied, headers));
    return {
      deployment: toDeployment(deployment),
      atMs: round(atMs),
      request: {
        method,
        url: this.#value(keptUrl(url)),
        headers: this.#headers(keptHeaders(headers, deployment.settings.extraHeaders)),
        auth,
        body: this.#store([body], true),
      },
      answer: answer && this.#answer(answer),
      failure,
    };
  }

  #answer(given: TapedAnswer): StoredRecord['answer'] {
    const { status, atMs } = given;
    const { headers, parts, pieces } = decodedBody(given);
    const body = this.#store(parts, false);
    this.#bodies.push(...pieces);
    const piecesLength = pieces.reduce((sum, { length }) => sum + length, 0);
    return { status, headers: this.#headers(keptHeaders(headers)), atMs: round(atMs), body, pieces: piecesLength };
  }

  /** Stores a body and returns what replaces it in the head. `ours`: the body may hold what the client set. */
  #store(parts: readonly (string | Uint8Array)[], ours: boolean): StoredBody {
    const { content, redactor } = this.#options;
    const masks = redactor !== undefined || (ours && this.#namesSecret);
    if (content === 'keep' && !masks) {
      let length = 0;
      for (const part of parts) {
        length += typeof part === 'string' ? Buffer.byteLength(part) : part.length;
        this.#bodies.push(part);
      }
      return length;
    }
    const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    if (content === 'drop') return { dropped: true, bytes: bytes.length };
    const masked = content === 'keep' ? this.#mask(bytes, ours) : undefined;
    if (masked === undefined) return { sha256: hash('sha256', bytes), bytes: bytes.length };
    this.#bodies.push(masked);
    return Buffer.byteLength(masked);
  }

  /** The body with its secrets masked; undefined where they cannot be located. */
  #mask(bytes: Buffer, ours: boolean): string | undefined {
    if (!isUtf8(bytes)) return undefined;
    const text = bytes.toString();
    const open = ours && this.#namesSecret ? maskSecretMembers(text, (secret) => this.#needles.push(...toNeedles(secret))) : text;
    const { redactor } = this.#options;
    return open === undefined || redactor === undefined ? open : redactor.body(open);
  }

  #value(text: string): string {
    return this.#options.redactor?.value(text) ?? text;
  }

  #headers(headers: Headers): Headers {
    const { redactor } = this.#options;
    if (redactor === undefined) return headers;
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redactor.value(value)]));
  }
}

const deployments = new WeakMap<Deployment, RecordedDeployment>();

function toDeployment(deployment: Deployment): RecordedDeployment {
  const kept = deployments.get(deployment);
  if (kept !== undefined) return kept;
  const { id, provider, model, modelGroup } = deployment;
  const made = { id, provider: provider.id, model, modelGroup };
  deployments.set(deployment, made);
  return made;
}

/** Milliseconds, rounded to microseconds. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
