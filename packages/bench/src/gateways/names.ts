/** What is measured, in the order of the table; all but the first are `stagegate serve`. */
export const GATEWAYS = ['relay', 'hono', 'front', 'legacy-thin', 'legacy-io', 'reference'] as const;

/** Lane hono, and the same while it records every call. */
export const RECORDING_PAIR = ['hono', 'hono-recording'] as const;

/** Gateways of others: LiteLLM as it is documented, one worker, without a database; Portkey's, which has no keys and no prices. */
const OTHERS = ['litellm', 'portkey'] as const;

/** Ours beside those of others. */
export const PEERS = ['relay', 'hono', 'front', ...OTHERS] as const;

export type OtherName = (typeof OTHERS)[number];
/** What `stagegate serve` can be started as. */
export type OwnName = Exclude<(typeof GATEWAYS)[number] | (typeof RECORDING_PAIR)[number], 'relay'>;
export type GatewayName = 'relay' | OwnName | OtherName;

/** Whether a gateway is somebody else's. */
export function isOther(name: GatewayName): name is OtherName {
  return OTHERS.some((other) => other === name);
}
