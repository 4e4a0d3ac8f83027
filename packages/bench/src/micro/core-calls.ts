import { scanRawObject, type Ambient, type CallTransform, type ClientCall, type Outcome, type Plan } from '@stagegate/core-transforms';
import type { Target } from './plans.ts';

/** What calls of the bench are made with. */
export const AMBIENT: Ambient = { nowSeconds: 1_764_000_000, callId: '00000000-0000-4000-8000-000000000000' };
/** Providers that speak the clients' dialects themselves. */
export const OPENAI: Target = { provider: 'openai', model: 'gpt-4o', group: 'bench-openai' };
export const ANTHROPIC: Target = { provider: 'anthropic', model: 'claude-sonnet-4-5', group: 'bench-anthropic' };
/** A chat provider that messages reach by way of chat, whatever other formats the first party has. */
export const COMPATIBLE: Target = { provider: 'groq', model: 'llama-3.3-70b-versatile', group: 'bench-compatible' };

/** Decoded text of a whole stream, piece by piece, through a machine from its start to its end. Throws on an error of the machine. */
export function runStream(transform: CallTransform, call: ClientCall, plan: Plan, texts: readonly string[]): readonly string[] {
  const machine = transform.stream(call, plan);
  const shown: string[] = [];
  let state = machine.start(AMBIENT);
  for (const text of texts) {
    const step = machine.step(state, text);
    state = step.state;
    for (const piece of step.out) shown.push(piece);
    if (step.error !== undefined) throw new Error(JSON.stringify(step.error));
  }
  const last = machine.end(state);
  if (last.error !== undefined) throw new Error(JSON.stringify(last.error));
  shown.push(...last.out);
  return shown;
}

/** A client's call by its body. */
export function toCall(bytes: Uint8Array): ClientCall {
  return { body: must(scanRawObject(bytes)), headers: {}, memory: {} };
}

/** The value of an outcome that is a success. Throws for any other. */
export function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.error));
}
