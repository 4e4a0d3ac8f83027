import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * What a share tells the first process, a line of JSON each: that a record is played, is of a rule not asked for, or that some could not be
 * read.
 */
export type ShareNews = { readonly mismatched: number } | { readonly otherRule: true } | { readonly lost: number };

/**
 * Plays the shares of a replay in processes of their own: this very command, each with its `--share`.
 *
 * in:     how many, the receiver of their messages, and a signal that stops all of them in good order.
 * errors: rejects when one ends badly; the others are stopped.
 */
export async function spawnShares(jobs: number, onNews: (news: ShareNews) => void, signal: AbortSignal | undefined): Promise<void> {
  const children = Array.from({ length: jobs }, (_, index) =>
    spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1), '--share', `${index}/${jobs}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const stop = (): void => {
    for (const child of children) if (child.exitCode === null) child.kill();
  };
  signal?.addEventListener('abort', stop);
  try {
    await Promise.all(
      children.map(
        (child) =>
          new Promise<void>((resolve, reject) => {
            createInterface({ input: child.stdout }).on('line', (line) => onNews(JSON.parse(line) as ShareNews));
            child.on('error', reject);
            child.on('close', (code) =>
              code === 0 || signal?.aborted === true ? resolve() : reject(new Error(`a share of the replay ended with ${String(code)}`)),
            );
          }),
      ),
    );
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}
