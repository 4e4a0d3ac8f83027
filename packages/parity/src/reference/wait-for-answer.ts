import { setTimeout as sleep } from 'node:timers/promises';

const ASK_MS = 200;

/**
 * Polls a server that was just started until it answers.
 *
 * in:  predicates for the awaited answer, and for the server having ended.
 * out: false when it ended, or gave no such answer within `msMax`.
 */
export async function waitForAnswer(
  url: string,
  isAnswer: (status: number) => boolean,
  hasEnded: () => boolean,
  msMax: number,
): Promise<boolean> {
  const giveUpMs = performance.now() + msMax;
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status !== undefined && isAnswer(status)) return true;
    if (hasEnded() || performance.now() > giveUpMs) return false;
    await sleep(ASK_MS);
  }
}
