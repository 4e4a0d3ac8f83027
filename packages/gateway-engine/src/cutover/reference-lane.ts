import type { Lane } from '../ports/index.ts';
import { createRelay, type RelayOptions } from '../upstream/relay.ts';

/** Lane `reference`: the external gateway decides, sends and answers; here only bytes are relayed. */
export interface ReferenceLane extends Lane {
  readonly close: () => Promise<void>;
}

/** Makes lane `reference` over another gateway's base URL. */
export function createReferenceLane(options: RelayOptions): ReferenceLane {
  const { handler, listener, close } = createRelay(options);
  return { id: 'reference', handler, listener, close };
}
