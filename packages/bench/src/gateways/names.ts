/** What is measured, in the order of the table; all but the first are `stagegate serve`. */
export const GATEWAYS = ['relay', 'hono', 'front', 'legacy-thin', 'legacy-io', 'reference'] as const;

/** Lane hono, and the same while it records every call. */
export const RECORDING_PAIR = ['hono', 'hono-recording'] as const;

export type GatewayName = (typeof GATEWAYS)[number] | (typeof RECORDING_PAIR)[number];
