import type { Ambient } from '../contract/ambient.ts';
import type { CallTransform } from '../contract/call-transform.ts';
import type { Plan } from '../contract/plan.ts';
import type { ClientCall } from '../contract/wire.ts';
import { withMedia } from './with-media.ts';

/** Stands in for content that is not here yet: which address comes next does not depend on it. */
const STAND_IN = 'data:image/png;base64,';

/**
 * The addresses whose content a call needs before its request can be made: the provider does not read them itself.
 *
 * out:  at most `max` and what one look adds; none for a call whose request is made or fails for another reason.
 * cost: a request made for each format's next find, without any content.
 */
export function neededMedia(
  transform: Pick<CallTransform, 'request'>,
  call: ClientCall,
  plan: Plan,
  ambient: Ambient,
  max: number,
): readonly string[] {
  const found = new Map<string, string>();
  while (found.size <= max) {
    const made = transform.request(found.size === 0 ? call : withMedia(call, found), plan, ambient);
    const urls = made.ok || made.error.kind !== 'declined' ? [] : (made.error.media ?? []);
    const fresh = urls.filter((url) => !found.has(url));
    if (fresh.length === 0) break;
    for (const url of fresh) found.set(url, STAND_IN);
  }
  return [...found.keys()];
}
