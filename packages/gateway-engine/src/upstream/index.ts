export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { createUpstream } from './create-upstream.ts';
