export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { createMedia } from './create-media.ts';
export { createUpstream } from './create-upstream.ts';
