import type { Fetched } from './keeper.ts';
import { CredentialProblem, type CredentialSources } from './sources.ts';

const TIMEOUT_MS = 10_000;
/** Seconds a token is good for when its issuer does not say. */
const LIFE_SECONDS_DEFAULT = 600;

/**
 * Asks a token endpoint for an access token.
 *
 * in:     the form's members.
 * errors: rejects with a CredentialProblem that names the endpoint's host and status; the endpoint's own words may hold what was sent.
 * source: RFC 6749, 4.4 and 5.1.
 */
export async function fetchToken(
  url: string,
  form: Readonly<Record<string, string>>,
  { fetch, clock }: CredentialSources,
): Promise<Fetched<string>> {
  const { host } = new URL(url);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(form),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((thrown: unknown) => {
    throw new CredentialProblem(`${host} gave no token: ${thrown instanceof Error ? thrown.name : 'it cannot be reached'}`);
  });
  if (!answer.ok) throw new CredentialProblem(`${host} gave no token: status ${answer.status}`);
  const given: unknown = await answer.json().catch(() => undefined);
  const { access_token: token, expires_in: life } = isRecord(given) ? given : {};
  if (typeof token !== 'string' || token === '') throw new CredentialProblem(`${host} gave no token: there is none in its answer`);
  const seconds = Number(life ?? LIFE_SECONDS_DEFAULT);
  return { value: token, endsAtMs: clock.nowMs() + (Number.isFinite(seconds) ? seconds : LIFE_SECONDS_DEFAULT) * 1000 };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
