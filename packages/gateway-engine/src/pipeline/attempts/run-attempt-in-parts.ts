import type { CallParts, ClientCall } from '@stagegate/core-transforms';
import { showCost } from '../../billing/index.ts';
import { isPartlyKept, joinKept, type KeptInputs } from '../../caching/index.ts';
import { stop } from '../../errors/index.ts';
import type { UpstreamAnswer } from '../../ports/index.ts';
import { limitedTokens, readUsage } from '../../routing/index.ts';
import { pythonNumber } from '../../text/index.ts';
import { answerHeaders, headerSafe, JSON_TYPE } from '../answer-headers.ts';
import type { Attempt, Attempted } from './run-attempt.ts';
import { chargeKept, chargeWhole, FREE } from './charge.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { endedByBug, failAttempt, noteWhole } from './note-attempt.ts';
import { wholeAnswer } from '../refuse.ts';
import { findKeptInputs, keepInputs } from '../stages/cache-inputs.ts';
import { respond, type WholeAnswer } from '../stages/respond.ts';
import { sendMock } from '../stages/send-mock.ts';
import { send } from '../stages/send.ts';

type Given =
  | { readonly ok: true; readonly shown: WholeAnswer; readonly answer: UpstreamAnswer }
  | { readonly ok: false; readonly error: (Attempted & { ok: false })['error']; readonly answer: UpstreamAnswer | undefined };

/**
 * An attempt for a call of several inputs that have an answer each (embeddings). Only inputs that are not cached are sent: together, or
 * one after another to a provider that takes one at a time. If one of them fails, the attempt has failed.
 */
export async function runAttemptInParts(engine: EngineParts, open: OpenCall, attempt: Attempt, parts: CallParts): Promise<Attempted> {
  const { client, planned, request } = attempt;
  const askedMs = engine.clock.monotonicMs();
  const kept = await findKeptInputs(engine, open, { client, planned, modelGroup: request.target.group, parts });
  if (kept?.missing.length === 0) return answerKept(engine, open, attempt, { kept, parts, askedMs });
  const isPart = kept !== undefined && isPartlyKept(kept);
  // Not worth recording: a replay has no cache and would ask for every input.
  if (isPart) open.tape?.dropped();

  const sentMs = engine.clock.monotonicMs();
  engine.router.began(request, planned.deployment, sentMs);
  const asked = isPart ? parts.withInputs(client, kept.missing) : client;
  const given = await endedByBug(engine, attempt, () => ask(engine, open, attempt, asked, parts));
  if (!given.ok) return failAttempt(engine, attempt, given.error, given.answer);
  const providerMs = engine.clock.monotonicMs() - sentMs;
  const text = kept === undefined ? given.shown.body : joinKept(kept, given.shown.body, parts);
  if (text === undefined) {
    const { provider, modelGroup } = planned.plan;
    const error = { kind: 'bad-upstream', provider: provider.id, message: 'the answer has not one embedding for each input' } as const;
    return failAttempt(engine, attempt, { kind: 'transform', error, modelGroup }, given.answer);
  }
  noteWhole(engine, open, attempt, { given: given.shown.body, shown: text, sentMs, providerMs });
  if (kept !== undefined) keepInputs(engine, kept, given.shown.body);
  const headers = answerHeaders(engine, open, JSON_TYPE, {
    deployment: planned.deployment,
    answer: given.answer,
    providerMs,
    route: attempt.route,
  });
  showCost(headers, chargeWhole(engine, open, attempt, given.shown, sentMs), pythonNumber);
  return { ok: true, answer: wholeAnswer(200, headers, text) };
}

async function ask(engine: EngineParts, open: OpenCall, attempt: Attempt, client: ClientCall, parts: CallParts): Promise<Given> {
  const { planned } = attempt;
  const inputs = parts.takesOne(planned.plan) ? parts.inputs(client, planned.plan) : undefined;
  if (inputs === undefined || inputs.length < 2) return askOnce(engine, open, client, attempt);
  const texts: string[] = [];
  let last: (Given & { ok: true }) | undefined;
  for (const input of inputs) {
    const given = await askOnce(engine, open, parts.withInputs(client, [input]), attempt);
    if (!given.ok) return given;
    texts.push(given.shown.body);
    last = given;
  }
  if (last === undefined) return { ...stop({ kind: 'internal' }), answer: undefined };
  return { ok: true, shown: { ...parts.join(texts), providerModel: last.shown.providerModel }, answer: last.answer };
}

async function askOnce(engine: EngineParts, open: OpenCall, client: ClientCall, { planned, mock }: Attempt): Promise<Given> {
  const sent = await (mock === undefined ? send(engine, open, client, planned) : sendMock(engine, open, client, planned, mock));
  if (!sent.ok) return { ok: false, error: sent.error, answer: undefined };
  const shown = await respond(engine, open, client, planned, sent.value);
  return shown.ok ? { ok: true, shown: shown.value, answer: sent.value } : { ok: false, error: shown.error, answer: sent.value };
}

interface AllKept {
  readonly kept: KeptInputs;
  readonly parts: CallParts;
  /** When the cache was asked. Monotonic. */
  readonly askedMs: number;
}

/** Answers a call whose inputs are all cached. */
function answerKept(engine: EngineParts, open: OpenCall, attempt: Attempt, { kept, parts, askedMs }: AllKept): Attempted {
  const { deployment } = attempt.planned;
  const text = joinKept(kept, undefined, parts) ?? '';
  engine.router.spared(attempt.request, deployment);
  open.tape?.dropped();
  open.hold?.told(limitedTokens(readUsage(text), engine.config.tokenRateLimitType));
  const [use, ...others] = kept.uses;
  chargeKept(engine, open, attempt, text, use?.key ?? '');
  const providerMs = engine.clock.monotonicMs() - askedMs;
  const headers = answerHeaders(engine, open, JSON_TYPE, { deployment, providerMs, route: attempt.route });
  headers['x-litellm-response-cost'] = FREE;
  if (use !== undefined && others.length === 0) headers['x-litellm-cache-key'] = headerSafe(use.key);
  return { ok: true, answer: wholeAnswer(200, headers, text) };
}
