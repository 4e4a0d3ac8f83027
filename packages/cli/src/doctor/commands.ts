import type { Environment } from '@stagegate/gateway-engine/config';
import type { Command } from 'commander';
import type { DoctorOptions } from './doctor.ts';

/** Adds `stagegate doctor`. What it does is loaded when it is called. */
export function addDoctorCommand(stagegate: Command, env: Environment): void {
  stagegate
    .command('doctor')
    .description('Look at everything a gateway stands on: versions, config, keys, database, hosts. Exit code 1 when there is a problem.')
    .option('--config <file>', "LiteLLM's config file (default: config.yaml, else config.example.yaml)")
    .option('--data <folder>', 'where the database and the master key are', '.stagegate')
    .option('--no-db', 'leave the database out')
    .option('--json', 'for programs: JSON on standard output')
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts');
      await doctor(options, env);
    });
}
