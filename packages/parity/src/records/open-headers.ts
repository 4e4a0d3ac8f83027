import { keptHeaders, MASKED } from '@stagegate/gateway-engine/record';

/** Headers without those that hold a secret: a record of ours has a placement for them, and nothing else. */
export function openHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(Object.entries(keptHeaders(lower)).filter(([, value]) => value !== MASKED));
}
