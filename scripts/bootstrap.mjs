#!/usr/bin/env node
// Everything that `npm start`, `npm test` and `pnpm stagegate …` need set up, on a machine with git and any Node ≥ 18.
// Plain JavaScript without dependencies: it runs before anything is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBundle } from './lib/bundle.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { runToolAndExit } from './lib/run.mjs';
import { ROOT, readV8Flags } from './lib/paths.mjs';
import { ensureLitellm, ensurePortkey } from './lib/services.mjs';

const CLI = join(ROOT, 'packages/cli/src/main.ts');
const USAGE = `usage: node scripts/bootstrap.mjs COMMAND [ARGS]

  start       bundle the gateway if its sources changed, and serve (ARGS go to "stagegate serve")
  test        everything that CI checks
  bundle      bundle the gateway if its sources changed, and print the file
  stagegate   the command line, from source
  vectors     play golden vectors through the lanes
  reference   play mixed traffic through LiteLLM itself and through every lane, and compare
  providers   play them, count what passes by provider, and write docs/providers.md
  bench       measure
  facts       refresh the table of model facts
  tables      refresh the list of LiteLLM's tables
  openapi     refresh what LiteLLM says of the bodies of routes
  exec        a tool of the workspace, such as "exec oxfmt --write ."`;

const COMMANDS = {
  start: async (args) => runToolAndExit([...readV8Flags(), await ensureBundle(), 'serve', ...args]),
  test: (args) => runToolAndExit([join(ROOT, 'scripts/check.mjs'), ...args]),
  bundle: async () => console.log(await ensureBundle()),
  stagegate: (args) => runToolAndExit([...readV8Flags(), CLI, ...args]),
  vectors: (args) => runToolAndExit([script('packages/parity/src/vectors/main.ts'), ...args]),
  reference: (args) => runToolAndExit([script('packages/parity/src/reference/main.ts'), ...args], { env: litellmEnvironment() }),
  providers: (args) => runToolAndExit([script('packages/parity/src/providers/main.ts'), ...args]),
  bench: (args) => runToolAndExit([script('packages/bench/src/main.ts'), ...args], { env: args[0] === 'peers' ? peersEnvironment() : {} }),
  facts: (args) => runToolAndExit([script('packages/core-transforms/scripts/facts.ts'), ...args]),
  tables: (args) => runToolAndExit([script('packages/gateway-engine/scripts/litellm-tables.ts'), ...args]),
  openapi: (args) => runToolAndExit([script('packages/gateway-engine/scripts/litellm-openapi.ts'), ...args], { env: litellmEnvironment() }),
  exec: ([tool = '', ...args]) => runToolAndExit([binOf(tool), ...args], { direct: true }),
};

function litellmEnvironment() {
  const python = process.env.STAGEGATE_LITELLM_PYTHON ?? ensureLitellm();
  return python === undefined ? {} : { STAGEGATE_LITELLM_PYTHON: python };
}

function peersEnvironment() {
  return { ...litellmEnvironment(), STAGEGATE_PORTKEY: ensurePortkey() };
}

function script(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) fail(`${path} does not exist in this checkout`);
  return full;
}

/** A tool of the workspace; it needs no package manager to start. */
function binOf(tool) {
  const path = join(ROOT, 'node_modules/.bin', tool);
  if (tool === '' || !existsSync(path)) fail(`no tool "${tool}" in node_modules/.bin`);
  return path;
}

function fail(text) {
  console.error(`stagegate: ${text}`);
  process.exit(1);
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined) {
  console.error(USAGE);
  process.exit(name === '' || name === '--help' ? 0 : 2);
}
try {
  ensureInstalled();
  await command(args);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
