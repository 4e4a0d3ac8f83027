import { mockAnswer } from '@stagegate/core-transforms';
import type { ProviderReply } from './ask-provider.ts';
import type { PlannedCall } from './call-provider.ts';
import { waitingSeconds } from './call-timers.ts';
import { goneSignal, type App, type Exchange } from './parts.ts';
import type { TimeoutWishes } from './quirks/timeouts-by-header-or-body.ts';
import { Refusal } from './refusal.ts';

/** A mocked deployment's reply, once its time has come. Throws a refusal where it stands for a failure. */
export async function replyInPlace(
  app: App,
  exchange: Exchange,
  { client, deployment, plan, mock }: PlannedCall,
  wishes: TimeoutWishes,
): Promise<ProviderReply> {
  const seconds = mock?.timesOut === true ? waitingSeconds(app.config, deployment, plan.stream, wishes) : mock?.delaySeconds;
  await app.clock.wait(seconds ?? 0, goneSignal(exchange));
  if (mock?.error !== undefined) throw new Refusal(mock.error, deployment);
  const pieces = [new TextEncoder().encode(mockAnswer(mock?.mock ?? {}, client.body.value, plan, exchange.ambient))];
  return { status: 200, headers: new Map(), read: async () => pieces.shift(), end: () => undefined };
}
