import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Environment } from '@stagegate/gateway-engine/config';
import { Exit } from '../serve/exit.ts';
import { readConfigFile } from '../serve/read-config.ts';
import { type DatabaseOptions, withDatabase } from './with-database.ts';

const STANDARD = '-';
const ONLY_OURS = 0o600;

/** Writes a backup. An existing file is not overwritten. */
export async function backup(file: string, options: DatabaseOptions, env: Environment): Promise<void> {
  if (file !== STANDARD && existsSync(file)) throw new Exit(2, `${file} exists already`);
  await withDatabase(options, env, async ({ address }) => {
    const { backupDatabase, OutputProblem } = await import('@stagegate/gateway-engine/store');
    const output: Writable = file === STANDARD ? process.stdout : await createFile(file);
    try {
      await backupDatabase(address, output);
      if (file === STANDARD) return;
      output.end();
      await finished(output).catch((error: Error) => {
        throw new OutputProblem(error.message);
      });
    } catch (error) {
      if (!(error instanceof OutputProblem)) throw error;
      throw new Exit(1, `cannot write ${file === STANDARD ? 'standard output' : file}: ${error.message}`);
    }
    process.stderr.write(`written to ${file}; it holds hashes of keys and encrypted secrets\n`);
  });
}

/** Opened before the database is asked, so that a file that cannot be made is reported at once. */
async function createFile(file: string): Promise<Writable> {
  const output = createWriteStream(file, { mode: ONLY_OURS, flags: 'wx' });
  try {
    await once(output, 'open');
  } catch (error) {
    throw new Exit(1, `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return output;
}

/** Fills an empty database. With `--replace` the gateway's own is moved aside, and kept. */
export async function restore(file: string, options: DatabaseOptions & { readonly replace?: boolean }, env: Environment): Promise<void> {
  if (file !== STANDARD && !existsSync(file)) throw new Exit(1, `${file} does not exist`);
  const { isRestorable, restoreDatabase, findRunningEmbedded } = await import('@stagegate/gateway-engine/store');
  if (options.replace === true) moveAside(options, env, findRunningEmbedded);
  await withDatabase({ ...options, makes: true }, env, async ({ address, folder }) => {
    if (!(await isRestorable(address))) {
      const way = folder === undefined ? 'name an empty one' : 'move it aside with --replace';
      throw new Exit(2, `the database holds tables already; ${way}`);
    }
    const input = file === STANDARD ? process.stdin : createReadStream(file);
    await restoreDatabase(address, createInterface({ input, crlfDelay: Infinity }));
    process.stderr.write(`restored from ${file === STANDARD ? 'standard input' : file}\n`);
  });
}

function moveAside({ config: file, data }: DatabaseOptions, env: Environment, findRunning: (folder: string) => string | undefined): void {
  const { config } = readConfigFile(file, env);
  const folder = join(data, 'postgres');
  if (config.database.url !== undefined) throw new Exit(2, "--replace: only the gateway's own database is moved aside");
  if (!existsSync(folder)) return;
  if (findRunning(folder) !== undefined) throw new Exit(1, `a gateway uses the database in ${folder}; stop it first`);
  const aside = `${folder}.before-${new Date().toISOString().replaceAll(/[:.]/gu, '-')}`;
  renameSync(folder, aside);
  process.stderr.write(`the old database is in ${aside}\n`);
}
