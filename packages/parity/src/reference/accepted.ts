import { ACCEPTED_DIFFERENCES, type AcceptedDifference } from '../compare/accepted-differences.ts';

/** Differences that only a running LiteLLM shows, in addition to those that recordings show, too. */
export const ACCEPTED_OF_MIXED_TRAFFIC: readonly AcceptedDifference[] = [
  {
    id: 'connection-of-the-provider',
    why: 'what a provider says of its connection to the gateway, and of the length of its own body, stays there; the reference shows it to clients',
    owner: 'gateway-engine',
    expires: '2027-12-31',
    path: /^answer\.headers\.llm_provider-(?:connection|keep-alive|transfer-encoding|content-length)$/u,
    same: (expected, got) => typeof expected === 'string' && got === undefined,
  },
];

/** The differences that are accepted everywhere, and where LiteLLM plays also those of its own. */
export function sharedAccepted(referencePython: string | undefined): readonly AcceptedDifference[] {
  return referencePython === undefined ? ACCEPTED_DIFFERENCES : [...ACCEPTED_DIFFERENCES, ...ACCEPTED_OF_MIXED_TRAFFIC];
}
