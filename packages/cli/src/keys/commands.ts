import type { Environment } from '@stagegate/gateway-engine/config';
import type { Command } from 'commander';
import type { CreateOptions } from './create-key.ts';
import type { KeysOptions } from './open-store.ts';
import type { ListOptions } from './list-keys.ts';

/** Adds `stagegate keys …`. What a command does is loaded when it is called. */
export function addKeysCommands(stagegate: Command, env: Environment): void {
  const keys = stagegate
    .command('keys')
    .description('Make, list, block and delete virtual keys, while gateways run or not.')
    .enablePositionalOptions();

  common(keys.command('create'))
    .description('Make a key. It is shown once: only its hash is kept.')
    .option('--alias <name>', 'what people call it; unique')
    .option('--models <names>', 'models, patterns and access groups it may use (comma-separated; default: every model)')
    .option('--team <id>', 'the team it belongs to')
    .option('--user <id>', 'the user it belongs to')
    .option('--max-budget <usd>', 'what it may spend')
    .option('--budget-duration <time>', 'how often that starts anew: 30s, 5m, 1h, 1d, 7d, 30d, 1mo')
    .option('--expires <time>', 'how long it works: 30s, 5m, 1h, 1d, 7d, 1mo (default: for ever)')
    .option('--routes <paths>', "paths, patterns and LiteLLM's group names it may call (comma-separated; default: all of its user's role)")
    .action(async (options: CreateOptions) => {
      const { createKey } = await import('./create-key.ts');
      await createKey(options, env);
    });

  common(keys.command('ls'))
    .description('List keys, the newest first.')
    .option('--team <id>', 'of this team')
    .option('--user <id>', 'of this user')
    .option('--limit <n>', 'at most as many', '100')
    .action(async (options: ListOptions) => {
      const { listAll } = await import('./list-keys.ts');
      await listAll(options, env);
    });

  common(keys.command('show <key>'))
    .description('Show a key. KEY is the key itself, its hash or its alias.')
    .action(async (key: string, options: KeysOptions) => {
      const { showKey } = await import('./list-keys.ts');
      await showKey(key, options, env);
    });

  common(keys.command('block <key>'))
    .description('Refuse a key from now on, on every gateway within a second.')
    .option('--lift', 'let it in again')
    .action(async (key: string, options: KeysOptions & { readonly lift?: boolean }) => {
      const { blockKey } = await import('./change-key.ts');
      await blockKey(key, options, env);
    });

  common(keys.command('rm <key>'))
    .description('Delete a key. What it was stays in the table of deleted keys.')
    .action(async (key: string, options: KeysOptions) => {
      const { removeKey } = await import('./change-key.ts');
      await removeKey(key, options, env);
    });
}

function common(command: Command): Command {
  return command
    .option('--config <file>', "LiteLLM's config file (default: config.yaml, else config.example.yaml)")
    .option('--data <folder>', 'where the database lies when it is the gateway’s own', '.stagegate')
    .option('--json', 'for programs: JSON on standard output');
}
