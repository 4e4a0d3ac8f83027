import { setTimeout as sleep } from 'node:timers/promises';

const ASK_MS = 200;

/**
 * Asks a server that was just started until it gives an answer.
 *
 * in:  whether an answer is the one that is waited for, and whether the server has ended meanwhile.
 * out: false when it ended, or gave none within `msMax`.
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
