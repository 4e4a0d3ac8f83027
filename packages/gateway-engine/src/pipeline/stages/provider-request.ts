import type { ClientCall, Outcome, ProviderRequest } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { Media } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** The provider's request. Where it holds media that the provider does not read itself, they are fetched first: then it is a promise. */
export function providerRequest(
  { media }: EngineParts,
  open: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
): Staged<ProviderRequest> | Promise<Staged<ProviderRequest>> {
  const made = planned.transform.request(client, planned.plan, open.ambient);
  if (made.ok || made.error.kind !== 'declined' || made.error.media === undefined || media === undefined) return staged(made, planned);
  return completed(media, open, client, planned);
}

async function completed(
  media: Media,
  { ambient, tape }: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
): Promise<Staged<ProviderRequest>> {
  const { plan, transform } = planned;
  const whole = await media.complete(transform, client, plan, ambient);
  if ('message' in whole) return stop({ kind: 'media-unfetched', message: whole.message, modelGroup: plan.modelGroup });
  // A replay would have to fetch, too.
  tape?.dropped();
  return staged(transform.request(whole, plan, ambient), planned);
}

function staged(made: Outcome<ProviderRequest>, { plan }: PlannedCall): Staged<ProviderRequest> {
  return made.ok ? done(made.value) : stop({ kind: 'transform', error: made.error, modelGroup: plan.modelGroup });
}
