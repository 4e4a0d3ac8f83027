import { createInterface } from 'node:readline';
import type { Environment } from '@stagegate/gateway-engine/config';
import type { RawAnswer, RawSession } from '@stagegate/gateway-engine/store';
import { renderTable } from '@stagegate/parity/table';
import { Exit } from '../serve/exit.ts';
import { type DatabaseOptions, withDatabase } from './with-database.ts';

/** Runs one statement, or reads statements until the input ends. Throws Exit 1 when a statement fails and nobody is there to correct it. */
export async function shell(
  text: string | undefined,
  options: DatabaseOptions & { readonly json?: boolean },
  env: Environment,
): Promise<void> {
  const render = options.json === true ? toJson : toTable;
  await withDatabase(options, env, async ({ address }) => {
    const { openRawSession } = await import('@stagegate/gateway-engine/store');
    const session = openRawSession(address);
    try {
      if (text !== undefined) process.stdout.write(await answer(session, text, render));
      else await converse(session, render);
    } finally {
      session.close();
    }
  });
}

async function converse(session: RawSession, render: Render): Promise<void> {
  const isPerson = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: isPerson ? process.stdout : undefined, prompt: 'stagegate> ' });
  let pending = '';
  lines.prompt();
  for await (const line of lines) {
    pending += `${line}\n`;
    if (/;\s*$/u.test(line)) {
      const statement = pending;
      pending = '';
      try {
        process.stdout.write(await answer(session, statement, render));
      } catch (error) {
        // A person can go on typing; a script must not go on.
        if (!isPerson || !(error instanceof Exit)) throw error;
        process.stderr.write(`${error.message}\n`);
      }
    }
    lines.setPrompt(pending === '' ? 'stagegate> ' : '        -> ');
    lines.prompt();
  }
  if (pending.trim() !== '') process.stdout.write(await answer(session, pending, render));
}

async function answer(session: RawSession, statement: string, render: Render): Promise<string> {
  try {
    return render(await session.ask(statement));
  } catch (error) {
    throw new Exit(1, error instanceof Error ? error.message : String(error));
  }
}

type Render = (answer: RawAnswer) => string;

function toJson(answer: RawAnswer): string {
  return `${JSON.stringify(answer)}\n`;
}

function toTable({ columns, rows, tag }: RawAnswer): string {
  return columns.length === 0 ? `${tag}\n` : `${renderTable(columns, rows).join('\n')}\n${tag}\n`;
}
