import { isObject, type JsonValue } from '@stagegate/core-transforms';
import { type Difference } from './difference.ts';
import { DONE } from './stream-events.ts';

/** A difference that we accept, with a reason and an end. It is never a whole case, body, status or list of events. */
export interface AcceptedDifference {
  readonly id: string;
  /** What a client gets instead, and why that is better or harmless. */
  readonly why: string;
  /** The package that is responsible for it. */
  readonly owner: string;
  /** The last day on which it is accepted, YYYY-MM-DD. */
  readonly expires: string;
  readonly path: RegExp;
  readonly same: (expected: JsonValue | undefined, got: JsonValue | undefined) => boolean;
}

/** Differences of every lane from the record. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    id: 'cost-to-the-last-bit',
    why: 'a cost whose parts the reference adds in another order, of a usage that it has translated there and back, differs in its last digit',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.(?:headers\.x-litellm-response-cost|events\[\d+\]\.data\.(?:response\.)?usage\.cost)$/u,
    same: (expected, got) => Math.abs(Number(got) - Number(expected)) <= 1e-12 * Number(expected),
  },
  {
    id: 'added-terminator',
    why: 'an answer that is complete gets the terminator its provider left out: clients wait for it',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.events\[\d+\]$/u,
    same: (expected, got) => expected === undefined && isObject(got) && isTerminator(got['data']),
  },
  {
    id: 'code-none',
    why: 'an error in a stream carries its status as its code, as every other error does, where the reference prints the None of its language',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.events\[\d+\]\.data\.error\.code$/u,
    same: (expected, got) => expected === 'None' && typeof got === 'string' && /^[45]\d\d$/u.test(got),
  },
  {
    id: 'settings-in-body',
    why: 'a credential, and what the gateway is told of the provider, stays out of the body, where the reference repeats it: bodies are logged',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^request\.body\.(?:(?:parameters\.|watsonx_)?token|aws_[a-z_]+|sagemaker_base_url)$/u,
    same: (expected, got) => (typeof expected === 'string' || expected === null) && got === undefined,
  },
  {
    id: 'json-is-named',
    why: 'a JSON body says that it is JSON; for some providers the reference does not, and its client names a stream of bytes',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^request\.headers\.content-type$/u,
    same: (expected, got) => expected === 'application/octet-stream' && got === 'application/json',
  },
  {
    id: 'annotations-in-part',
    why: 'the event that ends a part shows its citations whole, where the reference shows an empty object for each',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.events\[\d+\]\.data\.part\.annotations\[\d+\]\.[a-z_]+$/u,
    same: (expected, got) => expected === undefined && got !== undefined,
  },
  {
    id: 'code-that-was-run',
    why: "code that a provider ran for an answer, and what it printed, stand in the message's own fields; the reference loses both",
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.(?:body|events\[\d+\]\.data)\.choices\[\d+\]\.(?:message|delta)\.provider_specific_fields$/u,
    same: (expected, got) => expected === undefined && isObject(got) && Object.keys(got).every((name) => name === 'code_execution_parts'),
  },
  {
    id: 'thinking-said-once',
    why: 'the first thinking of a block stands in its delta alone, where the reference says it in the start of the block too, so that readers see it twice',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.events\[\d+\]\.data\.content_block\.thinking$/u,
    same: (expected, got) => typeof expected === 'string' && expected !== '' && got === '',
  },
  {
    id: 'one-id-per-stream',
    why: 'every chunk of an answer has its id, where the reference makes a new one up for each event in which the provider does not repeat it',
    owner: 'core-transforms',
    expires: '2027-12-31',
    path: /^answer\.events\[\d+\]\.data\.id$/u,
    same: (expected, got) => expected === '<volatile string chatcmpl>' && typeof got === 'string' && got.startsWith('<volatile string'),
  },
  {
    id: 'limits-of-a-table',
    why: 'limits and what is left of them are shown where the provider said so; the reference makes them up from its table of models',
    owner: 'gateway-engine',
    expires: '2027-12-31',
    path: /^answer\.headers\.x-ratelimit-(?:limit|remaining)-(?:requests|tokens)$/u,
    same: (expected, got) => typeof expected === 'string' && got === undefined,
  },
];

function isTerminator(data: JsonValue | undefined): boolean {
  return data === DONE || (isObject(data) && data['type'] === 'message_stop');
}

/** The first accepted difference that covers this one. */
export function findAccepted({ path, expected, got }: Difference, accepted: readonly AcceptedDifference[]): AcceptedDifference | undefined {
  return accepted.find((entry) => entry.path.test(path) && entry.same(expected, got));
}
