import type { Environment } from '@stagegate/gateway-engine/config';
import { Command, CommanderError } from 'commander';
import { addDatabaseCommands } from './db/commands.ts';
import { addDoctorCommand } from './doctor/commands.ts';
import { addKeysCommands } from './keys/commands.ts';
import { addMigrateCommands } from './migrate/commands.ts';
import { addParityCommands } from './parity/commands.ts';
import { addRecordCommands } from './record/commands.ts';
import { Exit } from './serve/exit.ts';
import { type RawServeOptions, readServeOptions } from './serve/options.ts';
import { VERSION } from './version.ts';

/**
 * The `stagegate` command.
 *
 * in:  the words after `stagegate`, and the environment.
 * out: the exit code, once everything that was started has ended: 0, 1 (the machine does not allow it) or 2 (the request is impossible).
 *      `parity`: 0 pass, 1 fail, 3 inconclusive, 2 for anything else that stops it.
 */
export async function runCli(words: readonly string[], env: Environment): Promise<number> {
  try {
    let code = 0;
    await program(env, (ended) => (code = ended)).parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Exit)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.code;
  }
}

function program(env: Environment, finish: (code: number) => void): Command {
  const stagegate = new Command('stagegate')
    .description('An AI gateway that takes over from LiteLLM one route and one provider at a time.')
    .version(VERSION)
    .exitOverride()
    .enablePositionalOptions();
  stagegate
    .command('serve')
    .description('Serve the gateway.')
    .version(VERSION)
    .option('--config <file>', "LiteLLM's config file (default: config.yaml, else config.example.yaml)")
    .option('--shell <name>', 'front: every lane, picked by the migration rules; hono or legacy: one shell alone', 'front')
    .option('--stage <n>', 'of --shell legacy: 1 (does its own I/O) or 2 (the engine does it) (default: 2)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on (default: PORT, else 4000)')
    .option('--data <folder>', 'where the database, the master key and other state are kept', '.stagegate')
    .option('--no-db', 'go without a database: the master key is the only key')
    .option(
      '--accept-missing <names>',
      'serve although these protecting settings are not built yet (comma-separated); key_limits: limits of keys and teams',
    )
    .option('--drain-seconds <n>', 'once told to stop: how long running calls may take to end before they are cut', '600')
    .addHelpText('after', HELP_ENVIRONMENT)
    .action(async (raw: RawServeOptions) => {
      // Loaded here, so that --help and --version do not load it.
      const { serve } = await import('./serve/serve.ts');
      await serve(readServeOptions(raw, env), env);
    });
  addDoctorCommand(stagegate, env);
  addKeysCommands(stagegate, env);
  addDatabaseCommands(stagegate, env);
  addRecordCommands(stagegate);
  addParityCommands(stagegate, env, finish);
  addMigrateCommands(stagegate, env);
  pointToHelp(stagegate, 'stagegate');
  return stagegate;
}

/** After a mistake on the command line, points to the help of that command. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help tells more)`);
  for (const below of command.commands) pointToHelp(below, `${words} ${below.name()}`);
}

const HELP_ENVIRONMENT = `
Environment:
  LITELLM_MASTER_KEY  the key that callers send; without one (here or in the config) one is made and kept in <data>/master-key
  LITELLM_SALT_KEY    what stored secrets and the ids of responses are signed with (default: the master key)
  DATABASE_URL        the PostgreSQL server that has keys, teams and users, LiteLLM's own as it stands (default: one in <data>/postgres)
  PORT                port to listen on, unless --port is given
  LITELLM_LOG         what is logged: INFO, WARNING or ERROR, and what weighs more (default: INFO)
  JSON_LOGS           true: log lines are JSON at a terminal too, as they are everywhere else`;
