import { mockAnswer, type ClientCall } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { UpstreamAnswer } from '../../ports/index.ts';
import type { MockedCall } from '../../routing/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';
import { toTimeouts } from './send.ts';

/** What a mocked deployment gives in its provider's place; waits for as long as it says, but not for a client that has gone. */
export async function sendMock(
  engine: EngineParts,
  open: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
  { mock, error, timesOut, delaySeconds }: MockedCall,
): Promise<Staged<UpstreamAnswer>> {
  const seconds = timesOut ? toTimeouts(engine, open, client, planned).headersMs / 1000 : delaySeconds;
  await engine.clock.wait(seconds, open.raw.signal);
  if (error !== undefined) return stop(error);
  const bytes = Buffer.from(mockAnswer(mock, client.body.value, planned.plan, open.ambient));
  return done({
    status: 200,
    headers: {},
    readAll: async () => bytes,
    forEachChunk: async (consume) => {
      await consume(bytes);
      return undefined;
    },
  });
}
