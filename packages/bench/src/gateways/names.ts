/** What is measured, in the order of the table; all but the first are `stagegate serve`. */
export const GATEWAYS = ['relay', 'hono', 'front', 'legacy-thin', 'legacy-io', 'reference'] as const;

export type GatewayName = (typeof GATEWAYS)[number];
