import { readProcessEnv } from '@stagegate/gateway-engine/config';
import { runCli } from './run-cli.ts';
import { watchOutput } from './watch-output.ts';

const output = watchOutput(process.stdout, process.stderr);
const code = await runCli(process.argv.slice(2), readProcessEnv());
process.exitCode = output.isLost() && code === 0 ? 1 : code;
