import type { CallTape, Recorder, TapedCall } from '../src/ports/index.ts';

/** What a tape was told, one entry per call of a method. */
export interface MemoryTape {
  readonly call: TapedCall;
  readonly told: (readonly [method: keyof CallTape, ...given: unknown[]])[];
}

/** Keeps what its tapes were told. */
export function memoryRecorder(): Recorder & { readonly tapes: MemoryTape[] } {
  const tapes: MemoryTape[] = [];
  const begin = (call: TapedCall): CallTape => {
    const told: MemoryTape['told'] = [];
    tapes.push({ call, told });
    const tell =
      (method: keyof CallTape) =>
      (...given: unknown[]): void =>
        void told.push([method, ...given]);
    return {
      calledBy: tell('calledBy'),
      asked: tell('asked'),
      sent: tell('sent'),
      answered: tell('answered'),
      received: tell('received'),
      failed: tell('failed'),
      replied: tell('replied'),
      wrote: tell('wrote'),
      ended: tell('ended'),
    };
  };
  return { tapes, begin };
}
