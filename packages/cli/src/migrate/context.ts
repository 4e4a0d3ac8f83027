import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Environment, LoadedConfig } from '@stagegate/gateway-engine/config';
import {
  activate,
  gatePaths,
  readGateState,
  readRunning,
  readVerdicts,
  type ActiveMigration,
  type Change,
  type GateFacts,
  type GatePaths,
  type RunningReport,
} from '@stagegate/gateway-engine/cutover';
import type { MigrationRule } from '@stagegate/gateway-engine/ports';
import { fingerprintsOf } from '../gates/open-gates.ts';
import { hashRunningCode } from '../gates/running-code.ts';
import { Exit } from '../serve/exit.ts';
import { readConfigFile } from '../serve/read-config.ts';

/** Options that every `migrate` command has. */
export interface MigrateOptions {
  readonly config?: string;
  readonly data: string;
  readonly json?: boolean;
}

/** What the commands read: the config file, the run-time state, the verdicts, and the reports of running gateways. */
export interface MigrateContext {
  readonly file: string;
  readonly config: LoadedConfig;
  readonly paths: GatePaths;
  /** The hash of the code that verdicts must be for: that of the running gateways, else this command's own. */
  readonly codeHash: string;
  readonly facts: GateFacts;
  readonly active: ActiveMigration;
  readonly running: readonly RunningReport[];
  /** Warnings to print before anything else. */
  readonly warnings: readonly string[];
}

/** Reads what the commands need. Throws Exit for problems that the user can fix. */
export function openContext({ config: asked, data }: MigrateOptions, env: Environment): MigrateContext {
  const { file, config } = readConfigFile(asked, env);
  const paths = gatePaths(data);
  const running = readRunning(data);
  const codes = [...new Set(running.flatMap(({ codeHash }) => (codeHash === null ? [] : [codeHash])))];
  const codeHash = codes[0] ?? hashRunningCode();
  const { verdicts, problem } = readVerdicts(paths.verdicts);
  const facts: GateFacts = { fingerprints: fingerprintsOf(codeHash, config), verdicts, ...readGateState(paths.state) };
  const warnings = [
    ...(existsSync(data) ? [] : [wordNoData(data)]),
    ...(codes.length > 1
      ? [`${codes.length} gateways run with different code; this is how the one with code ${shorten(codeHash)} stands`]
      : []),
    ...(problem === undefined ? [] : [`verdicts cannot be read: ${problem}`]),
    ...(facts.unreadable === undefined ? [] : [`run-time state cannot be read, so that every gate is shut: ${facts.unreadable}`]),
  ];
  return { file, config, paths, codeHash, facts, active: activate(config.migration, facts), running, warnings };
}

/** The facts, with the verdicts of `file` if one is named. Throws Exit 1 where it holds none. */
export function factsWith({ facts }: MigrateContext, file: string | undefined): GateFacts {
  if (file === undefined) return facts;
  if (!existsSync(file)) throw new Exit(1, `--verdicts: ${file} does not exist`);
  const { verdicts, problem } = readVerdicts(file);
  if (problem !== undefined || verdicts.length === 0) throw new Exit(1, problem ?? `${file}: no verdicts`);
  return { ...facts, verdicts: [...facts.verdicts, ...verdicts] };
}

/** Throws Exit 2 where the data folder does not exist: a change in a folder that no gateway reads would have no effect. */
export function expectData(data: string): void {
  if (!existsSync(data)) throw new Exit(2, wordNoData(data));
}

/** The message for a data folder that does not exist, mostly because of a wrong path or working directory. */
export function wordNoData(data: string): string {
  return `${data} does not exist: no gateway has run over it; name the data folder of yours with --data`;
}

/** A rule with a candidate, by name. Throws Exit 2 with the known names where there is none. */
export function findRule({ config: { migration } }: MigrateContext, name: string): MigrationRule {
  const moving = migration.rules.filter(({ candidate }) => candidate !== undefined);
  const rule = moving.find((one) => one.name === name);
  if (rule !== undefined) return rule;
  const names = moving.length === 0 ? 'no rule has a candidate' : `rules with a candidate: ${moving.map((one) => one.name).join(', ')}`;
  throw new Exit(2, `no rule "${name}" that moves; ${names}`);
}

/** The current time and the user's login name. */
export function changeNow(): Change {
  return { at: new Date().toISOString(), by: loginName() };
}

/** The first 12 digits of a hash, enough to tell it from others. */
export function shorten(hashText: string): string {
  return hashText.slice(0, 12);
}

/** Prints lines, or the value as JSON. */
export function print(json: boolean | undefined, value: unknown, lines: () => readonly string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, undefined, 2)}\n` : `${lines().join('\n')}\n`);
}

/** The user's login name. In a container there may be none. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
