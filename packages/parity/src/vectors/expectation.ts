import { isDeepStrictEqual } from 'node:util';
import type { RecordedExchange, Vector } from '@stagegate/testbed';
import type { AnswerRules } from '../compare/compare-answer.ts';
import type { OwnRule } from '../compare/own-rules.ts';
import { chooseOwnRule, chooseStreamRule, namesForeignResponse, providerText } from './choose-own-rule.ts';
import type { AnswerRecord, RequestRecord } from '../compare/records.ts';
import { messageIn, messageInStream, saysUsage } from '../compare/provider-said.ts';

/** What a vector expects of a lane. */
export interface Expectation {
  /** Every request that must go out, in order. */
  readonly requests: readonly RequestRecord[];
  readonly answer: AnswerRecord;
  /** Only those that were recorded; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: Omit<AnswerRules, 'showsCost'>;
  /** Set where our answer replaces the reference's, so that `answer` is not compared. */
  readonly own: OwnRule | undefined;
  /** Set where the reference is wrong: applies to an answer that differs from the reference's. */
  readonly otherwise: OwnRule | undefined;
}

const BODY_PREFIX = '$.client_response.body.';
const EVENTS_PREFIX = '$.client_stream.events';

/** What a vector expects, and how to compare it. */
export function toExpectation(vector: Vector): Expectation {
  return {
    requests: namesForeignResponse(vector) ? [] : askedOnce(vector),
    answer: recordedAnswer(vector),
    headers: (vector.client_stream ?? vector.client_response)?.headers ?? {},
    rules: {
      volatileBody: stripPrefix(vector.volatile, BODY_PREFIX),
      volatileEvents: stripPrefix(vector.volatile, EVENTS_PREFIX),
      providerCounted: saysUsage(providerText(vector)),
      providerMessage: providerMessage(vector),
    },
    own: chooseOwnRule(vector),
    otherwise: chooseStreamRule(vector),
  };
}

/**
 * The requests of a case without the repetitions of the reference's HTTP client, which retries by itself on routes where it ignores
 * `num_retries`. Ours retries as often as configured.
 */
function askedOnce({ provider_exchanges: exchanges, provider_request: request }: Vector): readonly RequestRecord[] {
  if (exchanges === undefined) return request === null ? [] : [request];
  return exchanges.map((exchange) => exchange.request).filter((one, index) => !isRepeated(one, exchanges[index - 1]));
}

function isRepeated(request: RequestRecord, before: RecordedExchange | undefined): boolean {
  const failed = (before?.provider_response?.status ?? 0) >= 400;
  return failed && isDeepStrictEqual(request, before?.request);
}

function stripPrefix(paths: readonly string[], prefix: string): readonly string[] {
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

function recordedAnswer({ client_response: whole, client_stream: stream, id }: Vector): AnswerRecord {
  if (stream !== undefined) return { kind: 'stream', status: stream.status, text: stream.text };
  if (whole === undefined) throw new Error(`${id}: no client answer`);
  if (whole.body_base64 !== undefined) return { kind: 'bytes', status: whole.status, base64: whole.body_base64 };
  if (whole.body_text !== undefined) return { kind: 'text', status: whole.status, text: whole.body_text };
  return { kind: 'json', status: whole.status, body: whole.body ?? null };
}

function providerMessage(vector: Vector): string | undefined {
  const { provider_response: whole, provider_stream: stream } = vector;
  if (whole !== undefined) return whole.status >= 400 ? messageIn(whole.body ?? null) : undefined;
  return vector.tags.includes('error_in_stream') && stream?.text !== undefined ? messageInStream(stream.text) : undefined;
}
