import { fork } from 'node:child_process';
import { once } from 'node:events';

const START_MS_MAX = 10_000;

/** A program of the bench in a process of its own, that answers messages one at a time. */
export interface Child<Ready> {
  /** The first thing it said. */
  readonly ready: Ready;
  readonly ask: <Answer>(question: object, msMax: number) => Promise<Answer>;
  readonly end: () => void;
}

/** Starts a program, with the V8 flags that are given, and waits for its first message. */
export async function startChild<Ready>(program: URL, flags: readonly string[] = []): Promise<Child<Ready>> {
  const child = fork(program, { serialization: 'json', execArgv: [...flags] });
  const hear = async (msMax: number): Promise<unknown> => {
    const [said]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(msMax) });
    return said;
  };
  const ready = (await hear(START_MS_MAX)) as Ready;
  return {
    ready,
    ask: async <Answer>(question: object, msMax: number) => {
      const answered = hear(msMax);
      child.send(question);
      return (await answered) as Answer;
    },
    end: () => void child.disconnect(),
  };
}
