import { stop, type Staged } from '../errors/index.ts';
import type { CallAnswer, Deployment } from '../ports/index.ts';
import { readPriority } from '../routing/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import type { ParsedCall } from './stages/parse.ts';

const GONE = { kind: 'aborted', message: 'the client went away' } as const;

/** Waits for a call's turn, where it has a priority; undefined for one that has none, and so does not wait. */
export function turnOf(
  { queue, router, config, clock }: EngineParts,
  { route, raw }: OpenCall,
  { body }: ParsedCall,
  group: string,
  deployments: readonly Deployment[],
): Promise<Staged<void>> | undefined {
  const priority = readPriority(body.value, route.dialect, router.settings);
  if (priority === undefined) return undefined;
  const mayServe = (): boolean => router.mayServe(deployments, clock.monotonicMs());
  const lookMs = router.settings.queueLookMs;
  const turn = queue.wait({ group, priority, timeoutMs: config.requestTimeoutSeconds * 1000, lookMs, mayServe, caller: raw.signal });
  return Promise.resolve(turn).then((outcome) => {
    if (outcome === 'turn') return { ok: true, value: undefined };
    if (outcome === 'gone') return stop({ kind: 'upstream', failure: GONE, provider: '', modelGroup: group });
    return stop({ kind: 'no-turn', why: outcome, modelGroup: group });
  });
}

/** Says of an answer that its call had a turn. */
export function showTurn(answer: CallAnswer): CallAnswer {
  if (answer.status >= 300) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-litellm-request-prioritization-used': 'True' } };
}
