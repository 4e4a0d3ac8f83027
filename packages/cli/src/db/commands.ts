import type { Environment } from '@stagegate/gateway-engine/config';
import type { Command } from 'commander';
import type { DatabaseOptions } from './with-database.ts';

/** Adds `stagegate db …`. The code of a command is loaded when it is called. */
export function addDatabaseCommands(stagegate: Command, env: Environment): void {
  const db = stagegate.command('db').description("Look at, save, fill and ask the gateway's database, while gateways run or not.");
  common(db.command('status'))
    .description('Where the database is, what it holds, and what it lacks.')
    .option('--json', 'for programs: JSON on standard output')
    .action(async (options: DatabaseOptions & { readonly json?: boolean }) => {
      const { showStatus } = await import('./show-status.ts');
      await showStatus(options, env);
    });
  common(db.command('backup <file>'))
    .description('Write everything into a file, as SQL; "-" is standard output. Gateways may go on serving.')
    .action(async (file: string, options: DatabaseOptions) => {
      const { backup } = await import('./save.ts');
      await backup(file, options, env);
    });
  common(db.command('restore <file>'))
    .description('Fill an empty database from a backup; "-" is standard input.')
    .option('--replace', "move the gateway's own database aside first")
    .action(async (file: string, options: DatabaseOptions & { readonly replace?: boolean }) => {
      const { restore } = await import('./save.ts');
      await restore(file, options, env);
    });
  common(db.command('shell [sql]'))
    .description('Ask the database: one statement, or what comes on standard input, each ended by a semicolon.')
    .option('--json', 'for programs: columns, rows and tag of each answer, as JSON, one a line')
    .action(async (text: string | undefined, options: DatabaseOptions & { readonly json?: boolean }) => {
      const { shell } = await import('./shell.ts');
      await shell(text, options, env);
    });
}

function common(command: Command): Command {
  return command
    .option('--config <file>', "LiteLLM's config file (default: config.yaml, else config.example.yaml)")
    .option('--data <folder>', 'where the database lies when it is the gateway’s own', '.stagegate');
}
