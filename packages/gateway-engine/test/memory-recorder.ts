import type { AttemptTape, CallTape, Recorder, TapedCall } from '../src/ports/index.ts';

/** What a tape was told, one entry per call of a method. */
export interface MemoryTape {
  readonly call: TapedCall;
  readonly told: (readonly [method: keyof CallTape | keyof AttemptTape, ...given: unknown[]])[];
}

/** Keeps what its tapes were told. */
export function memoryRecorder(): Recorder & { readonly tapes: MemoryTape[] } {
  const tapes: MemoryTape[] = [];
  const begin = (call: TapedCall): CallTape => {
    const told: MemoryTape['told'] = [];
    tapes.push({ call, told });
    const tell =
      (method: MemoryTape['told'][number][0]) =>
      (...given: unknown[]): void =>
        void told.push([method, ...given]);
    return {
      calledBy: tell('calledBy'),
      asked: tell('asked'),
      sent: (...given) => {
        tell('sent')(...given);
        return { answered: tell('answered'), received: tell('received'), failed: tell('failed') };
      },
      failed: tell('failed'),
      dropped: tell('dropped'),
      charged: tell('charged'),
      replied: tell('replied'),
      wrote: tell('wrote'),
      ended: tell('ended'),
    };
  };
  return { tapes, begin };
}
