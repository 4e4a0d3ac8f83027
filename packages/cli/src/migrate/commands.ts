import type { Environment } from '@stagegate/gateway-engine/config';
import type { Command } from 'commander';
import type { PromoteOptions } from './change.ts';
import type { MigrateOptions } from './context.ts';
import type { ExplainOptions } from './explain.ts';

/** Adds the commands `stagegate migrate …`. The code of each is loaded when it is called. */
export function addMigrateCommands(stagegate: Command, env: Environment): void {
  const migrate = stagegate
    .command('migrate')
    .description('See and change which lane serves which calls, while gateways run.')
    .enablePositionalOptions();

  common(migrate.command('status'))
    .description('Show how every rule stands, why, and what the gateways that run have done by it.')
    .action(async (options: MigrateOptions) => {
      const { showStatus } = await import('./status.ts');
      showStatus(options, env);
    });

  common(migrate.command('explain [request...]'))
    .description(
      'Say rule by rule which lane would serve a request and why. REQUEST is a line of curl, or its path and options; nothing is sent.',
    )
    .option('--record <id>', 'explain a recorded call instead (the beginning of its id is enough)')
    .option('--records <folder>', 'the folder that it lies in', 'records')
    .usage('[options] [request...]   (options come first: what follows the address is read as curl reads it)')
    .passThroughOptions()
    .action(async (request: string[], options: ExplainOptions) => {
      const { explainCall } = await import('./explain.ts');
      await explainCall(request, options, env);
    });

  common(migrate.command('promote <rule>'))
    .description("Take a rule one step up: to its canary, then to all callers. Needs a verdict 'pass' for the code that runs.")
    .option('--to <mode>', 'canary or on (default: the next step)')
    .option('--percent <n>', 'of the callers, in a canary')
    .option('--verdicts <file>', 'verdicts made elsewhere, such as in CI, beside those in <data>/parity/verdicts.json')
    .option('--force', 'go without a verdict')
    .option('--reason <text>', 'why; written down')
    .action(async (rule: string, options: PromoteOptions) => {
      const { promoteRule } = await import('./change.ts');
      promoteRule(rule, options, env);
    });

  common(migrate.command('rollback <rule>'))
    .description('Take a rule back to its serving lane.')
    .option('--reason <text>', 'why; written down')
    .action(async (rule: string, options: MigrateOptions & { readonly reason?: string }) => {
      const { rollBackRule } = await import('./change.ts');
      rollBackRule(rule, options, env);
    });

  common(migrate.command('off'))
    .description('The kill switch: take every rule back to its serving lane, in force within a second.')
    .option('--reason <text>', 'why; written down')
    .option('--lift', 'end it: every rule as it was, as far as its gate lets it through')
    .action(async (options: MigrateOptions & { readonly reason?: string; readonly lift?: boolean }) => {
      const { switchAll } = await import('./change.ts');
      switchAll(options);
    });

  common(migrate.command('history [rule]'))
    .description('Show who changed what, when, and on what evidence.')
    .action(async (rule: string | undefined, options: MigrateOptions) => {
      const { showHistory } = await import('./history.ts');
      showHistory(rule, options);
    });
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'config file (default: config.yaml, else config.example.yaml)')
    .option('--data <folder>', 'the data folder of the gateways', '.stagegate')
    .option('--json', 'print JSON');
}
