import type { JsonValue } from '@stagegate/core-transforms';
import { isObject, type Difference } from '../compare/difference.ts';
import { DONE } from '../compare/stream-events.ts';

/** A difference that we accept, with a reason and an end. Never a case, a whole body, a status or a list of events. */
export interface AcceptedDifference {
  readonly id: string;
  /** What a client gets instead, and why that is better or harmless. */
  readonly why: string;
  /** Who answers for it: a package. */
  readonly owner: string;
  /** Last day on which it counts, YYYY-MM-DD. */
  readonly expires: string;
  readonly path: RegExp;
  readonly same: (expected: JsonValue | undefined, got: JsonValue | undefined) => boolean;
}

/** Differences of every lane from the record. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
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
    path: /^request\.body\.(?:(?:watsonx_)?token|aws_[a-z_]+|sagemaker_base_url)$/u,
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
