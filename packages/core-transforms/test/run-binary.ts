import type { ProviderFormat } from '../src/contract/provider-format.ts';
import type { JsonObject } from '../src/contract/json.ts';
import type { Plan } from '../src/contract/plan.ts';
import type { OpaqueMachine, Step } from '../src/contract/stream-machine.ts';
import type { TransformError } from '../src/errors/transform-error.ts';
import { AMBIENT } from './make-plan.ts';

/** What a binary stream became. */
export interface BinaryRun<Out> {
  readonly out: readonly Out[];
  readonly error: TransformError | undefined;
}

/** Runs bytes, in pieces, through a format's decoder and its stream: the chunks, and how it ended. */
export function runBinary(format: ProviderFormat, plan: Plan, chat: JsonObject, pieces: readonly Uint8Array[]): BinaryRun<JsonObject> {
  const decode = format.decode?.(plan, chat);
  if (decode === undefined) throw new Error(`${format.id} is no binary stream here`);
  return runDecoded(decode, format.stream(plan, chat), pieces);
}

/** The same with the machines themselves. */
export function runDecoded<Out>(
  decode: OpaqueMachine<Uint8Array, string>,
  machine: OpaqueMachine<string, Out>,
  pieces: readonly Uint8Array[],
): BinaryRun<Out> {
  const text = feed(decode, pieces);
  const shown = feed(machine, text.out, text.error === undefined);
  return { out: shown.out, error: shown.error ?? text.error };
}

/** Bytes as pieces of one byte each. */
export function byteByByte(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1));
}

/** Several arrays of bytes as one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function feed<In, Out>(machine: OpaqueMachine<In, Out>, input: readonly In[], ends = true): BinaryRun<Out> {
  const out: Out[] = [];
  let state = machine.start(AMBIENT);
  const take = (step: Step<unknown, Out>): TransformError | undefined => {
    state = step.state;
    out.push(...step.out);
    return step.error;
  };
  for (const piece of input) {
    const error = take(machine.step(state, piece));
    if (error !== undefined) return { out, error };
  }
  return { out, error: ends ? take(machine.end(state)) : undefined };
}
