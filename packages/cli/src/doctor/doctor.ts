import type { Environment } from '@stagegate/gateway-engine/config';
import { renderTable } from '@stagegate/parity/table';
import type { DatabaseOptions } from '../db/with-database.ts';
import { BadConfig, Exit } from '../serve/exit.ts';
import { readConfigFile, type ReadConfig } from '../serve/read-config.ts';
import { VERSION } from '../version.ts';
import { checkConfig, checkSaltKey } from './check-config.ts';
import { checkDataFolder } from './check-data-folder.ts';
import { checkDatabase } from './check-database.ts';
import { checkReach } from './check-reach.ts';
import type { Check } from './check.ts';
import { findTargets } from './find-targets.ts';

const NODE_MAJOR_MIN = 24;

/** Options of `stagegate doctor`. */
export interface DoctorOptions extends DatabaseOptions {
  readonly db: boolean;
  readonly json?: boolean;
}

/** Checks everything that a gateway needs, and changes nothing. Throws Exit 1 when there is a problem. */
export async function doctor(options: DoctorOptions, env: Environment): Promise<void> {
  const read = tryRead(options.config, env);
  const checks = [...checkVersions(), ...('checks' in read ? read.checks : await checkAll(read, options, env))];
  const problems = checks.filter(({ state }) => state === 'problem').length;
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: problems === 0, checks })}\n`);
  else
    process.stdout.write(
      `${renderTable(
        ['', 'what', ''],
        checks.map(({ state, name, says }) => [MARKS[state], name, says]),
      ).join('\n')}\n`,
    );
  if (problems > 0) throw new Exit(1, problems === 1 ? 'one problem' : `${problems} problems`);
}

const MARKS: Readonly<Record<Check['state'], string>> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' };

async function checkAll(read: ReadConfig, options: DoctorOptions, env: Environment): Promise<readonly Check[]> {
  const { config } = read;
  return [
    ...checkConfig(read),
    ...checkSaltKey(config),
    ...checkDataFolder(options.data, config.masterKey === undefined || (options.db && config.database.url === undefined)),
    ...(options.db ? await checkDatabase(read, options, env) : []),
    ...(await checkReach(findTargets(config))),
  ];
}

function checkVersions(): readonly Check[] {
  const isOld = Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN;
  return [
    { name: 'stagegate', state: 'ok', says: VERSION },
    {
      name: 'node',
      state: isOld ? 'problem' : 'ok',
      says: isOld ? `${process.version}; ${NODE_MAJOR_MIN} or newer is needed` : process.version,
    },
  ];
}

/** A faulty file is a finding like any other. */
function tryRead(file: string | undefined, env: Environment): ReadConfig | { readonly checks: readonly Check[] } {
  try {
    return readConfigFile(file, env);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    const { problems, warnings } = error instanceof BadConfig ? error : { problems: [error.message], warnings: [] };
    return { checks: [...toChecks('problem', problems), ...toChecks('warning', warnings)] };
  }
}

function toChecks(state: Check['state'], lines: readonly string[]): readonly Check[] {
  return lines.map((says) => ({ name: 'config', state, says }));
}
