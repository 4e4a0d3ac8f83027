import type { Deployment } from '@stagegate/gateway-engine/ports';
import { readPriority } from '@stagegate/gateway-engine/routing';
import type { ReadCall } from './call-provider.ts';
import { goneSignal, type App, type Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';

/** Marks an answer whose call had waited for its turn. A refusal removes it. */
export const TURN_HEADER = 'x-litellm-request-prioritization-used';

/** Waits for a call's turn, where it has a priority. Throws a refusal where that comes too late, or never. */
export async function waitForTurn(
  app: App,
  exchange: Exchange,
  { route, asked, body }: ReadCall,
  deployments: readonly Deployment[],
): Promise<void> {
  const { router, config, clock, queue } = app;
  const priority = readPriority(body.value, route.dialect, router.settings);
  if (priority === undefined) return;
  const modelGroup = asked.name ?? '';
  const mayServe = (): boolean => router.mayServe(deployments, clock.monotonicMs());
  const timeoutMs = config.requestTimeoutSeconds * 1000;
  const lookMs = router.settings.queueLookMs;
  const outcome = await queue.wait({ group: modelGroup, priority, timeoutMs, lookMs, mayServe, caller: goneSignal(exchange) });
  if (outcome === 'gone') {
    const failure = { kind: 'aborted', message: 'the client went away' } as const;
    throw new Refusal({ kind: 'upstream', failure, provider: '', modelGroup });
  }
  if (outcome !== 'turn') throw new Refusal({ kind: 'no-turn', why: outcome, modelGroup });
  exchange.outgoing.setHeader(TURN_HEADER, 'True');
}
