import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Headers, ProviderRequest } from '@stagegate/core-transforms';
import { findKey, hashKey } from '../auth/index.ts';
import type { Deployment } from '../ports/index.ts';
import { decodedBody } from './decoded-body.ts';
import { keptClientHeaders, keptHeaders, keptQuery, keptUrl, presentedSecrets } from './kept-headers.ts';
import { appliedSecrets, secretsOfDeployment, toNeedles, type Needle } from './known-secrets.ts';
import { KnownTexts } from './known-texts.ts';
import { packPieces, type PackedRecord, type StoredBody } from './record-codec.ts';
import type { Redactor } from './create-redactor.ts';
import { maskSecretMembers, mayNameSecret } from './secret-members.ts';
import type { Tape, TapedAnswer, TapedAttempt } from './tape.ts';

/** What is kept of calls. */
export interface PackOptions {
  /** `keep`: bodies as they are; `hash`: their sha-256; `drop`: their length. */
  readonly content: 'keep' | 'hash' | 'drop';
  readonly redactor: Redactor | undefined;
  /** `litellm_key_header_name`, lower case. */
  readonly keyHeaderName: string | undefined;
}

/** A record ready to be written, and the secrets that must not stand in it. */
export interface PackedTape {
  readonly packed: PackedRecord;
  readonly needles: readonly Needle[];
}

/** Makes a record of a tape; undefined when there is nothing to replay: no body was read, or nothing was answered. */
export type PackTape = (tape: Tape) => PackedTape | undefined;

/** Makes records, all of them by the same options. */
export function createPacker(options: PackOptions): PackTape {
  const known = new KnownTexts();
  return (tape) => {
    const { body, answer } = tape;
    return body === undefined || answer === undefined ? undefined : new Packer(tape, options, known).pack(body, answer);
  };
}

/** One tape on its way to a record. Its head is joined by hand: an object of it, made and written as JSON, takes several times as long. */
class Packer {
  readonly #tape: Tape;
  readonly #options: PackOptions;
  readonly #known: KnownTexts;
  readonly #namesSecret: boolean;
  readonly #bodies: (string | Uint8Array)[] = [];
  readonly #needles: Needle[] = [];

  constructor(tape: Tape, options: PackOptions, known: KnownTexts) {
    this.#tape = tape;
    this.#options = options;
    this.#known = known;
    const { header, query } = tape.call;
    this.#namesSecret = tape.body !== undefined && mayNameSecret(tape.body, tape.scan);
    for (const secret of presentedSecrets(header, query, options.keyHeaderName)) this.#needles.push(...toNeedles(secret));
  }

  pack(body: Uint8Array, answer: TapedAnswer): PackedTape {
    const { call, startedMs, attempts, declined, failure, spentUsd } = this.#tape;
    const { lane, rule, route, ambient } = call;
    const known = this.#known;
    const last = attempts.at(-1);
    let head = `{"version":1,"id":${JSON.stringify(ambient.callId)},"startedMs":${startedMs},"origin":"gateway","lane":${known.word(lane)}`;
    if (rule !== undefined) head += `,"rule":${known.word(rule)}`;
    head += `,"route":${known.word(route)},"caller":${this.#caller()},"ambient":${JSON.stringify(ambient)}`;
    // Members in the order of the bodies: they are stored as they are met.
    head += `,"client":${this.#client(body)}`;
    if (last !== undefined) head += `,"deployment":${known.deployment(last.deployment)}`;
    head += `,"attempts":[${attempts.map((attempt) => this.#attempt(attempt)).join(',')}]`;
    if (declined !== undefined) head += `,"declined":${JSON.stringify(declined)}`;
    head += `,"answer":${this.#answer(answer)}`;
    if (spentUsd !== undefined) head += `,"spentUsd":${JSON.stringify(spentUsd)}`;
    if (failure !== undefined) head += `,"failure":${JSON.stringify(failure)}`;
    return { packed: { head: `${head}}`, bodies: this.#bodies }, needles: this.#needles };
  }

  #caller(): string {
    const { caller, call } = this.#tape;
    if (caller !== undefined) {
      const { keyHash, teamId, userId } = caller;
      return JSON.stringify({ keyHash, teamId, userId });
    }
    const { keyHeaderName } = this.#options;
    const key = keyHeaderName === undefined ? findKey(call.header) : call.header(keyHeaderName)?.replace(/^Bearer /iu, '');
    return key === undefined ? '{}' : JSON.stringify({ keyHash: hashKey(key) });
  }

  #client(body: Uint8Array): string {
    const { method, path, query, header } = this.#tape.call;
    const known = this.#known;
    const at = `"method":${known.word(method)},"path":${known.word(this.#value(path))},"query":${known.word(this.#value(keptQuery(query)))}`;
    return `{${at},"headers":${this.#headers(keptClientHeaders(header))},"body":${this.#store([body], true)}}`;
  }

  #attempt({ deployment, atMs, request, applied, answer, failure }: TapedAttempt): string {
    this.#needles.push(...secretsOfDeployment(deployment));
    const { headers, auth, body } = request;
    if (auth.kind === 'aws-sigv4' || auth.kind === 'token') this.#needles.push(...appliedSecrets(applied, headers));
    const frame = this.#known.request(deployment, request, () => this.#frame(deployment, request));
    let text = `{"deployment":${this.#known.deployment(deployment)},"atMs":${round(atMs)},"request":{${frame},"body":${this.#store([body], true)}}`;
    if (answer !== undefined) text += `,"answer":${this.#answer(answer)}`;
    if (failure !== undefined) text += `,"failure":${JSON.stringify(failure)}`;
    return `${text}}`;
  }

  #frame({ settings }: Deployment, { method, url, headers, auth }: ProviderRequest): string {
    const at = `"method":${JSON.stringify(method)},"url":${JSON.stringify(this.#value(keptUrl(url)))}`;
    return `${at},"headers":${this.#headers(keptHeaders(headers, settings.extraHeaders))},"auth":${JSON.stringify(auth)}`;
  }

  #answer(given: TapedAnswer): string {
    const { status, atMs } = given;
    const { headers, parts, lengths, times } = decodedBody(given);
    const body = this.#store(parts, false);
    const packed = packPieces(lengths, times);
    this.#bodies.push(packed);
    const kept = this.#headers(keptHeaders(headers));
    return `{"status":${status},"headers":${kept},"atMs":${round(atMs)},"body":${body},"pieces":${packed.length}}`;
  }

  /** Puts a body away and gives what stands for it in the head, as JSON. `ours` is one that may hold what the client set. */
  #store(parts: readonly (string | Uint8Array)[], ours: boolean): string {
    const { content, redactor } = this.#options;
    const masks = redactor !== undefined || (ours && this.#namesSecret);
    if (content === 'keep' && !masks) {
      let length = 0;
      for (const part of parts) {
        length += typeof part === 'string' ? Buffer.byteLength(part) : part.length;
        this.#bodies.push(part);
      }
      return String(length);
    }
    const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    if (content === 'drop') return JSON.stringify({ dropped: true, bytes: bytes.length } satisfies StoredBody);
    const masked = content === 'keep' ? this.#mask(bytes, ours) : undefined;
    if (masked === undefined) return JSON.stringify({ sha256: hash('sha256', bytes), bytes: bytes.length } satisfies StoredBody);
    this.#bodies.push(masked);
    return String(Buffer.byteLength(masked));
  }

  /** Undefined when it cannot be told what is to be masked. */
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

  #headers(headers: Headers): string {
    const { redactor } = this.#options;
    return JSON.stringify(headers, redactor && ((_, value) => (typeof value === 'string' ? redactor.value(value) : value)));
  }
}

/** Microseconds are enough. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
