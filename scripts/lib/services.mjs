import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE } from './paths.mjs';

const CI = ['1', 'true'].includes(process.env.CI ?? '');

/**
 * Programs that some tests need and that npm does not have: the variable that tells tests where one is, the names it goes by,
 * and the Debian package that brings it.
 */
const PROGRAMS = [
  { variable: 'STAGEGATE_REDIS_SERVER', names: ['redis-server'], debian: 'redis-server' },
  { variable: 'STAGEGATE_CHROMIUM', names: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium' },
];

/** The release that Stagegate is measured against. */
const LITELLM_VERSION = '1.106.2';
const LITELLM = join(CACHE, `litellm-${LITELLM_VERSION}`);
const LITELLM_PYTHON = join(LITELLM, 'bin/python');

/**
 * Finds the services of the tests. In CI what is missing is installed, by apt and pip; elsewhere nothing is installed but
 * LiteLLM in a folder of its own, where there is a Python, and the tests of what is missing are skipped.
 * out: environment variables, one for each service that is there: the path of its program.
 */
export function ensureServices() {
  const found = {};
  const missing = [];
  if (CI) installDebian(PROGRAMS.filter(({ names, variable }) => locate(variable, names) === undefined).map(({ debian }) => debian));
  for (const { variable, names } of PROGRAMS) {
    const path = locate(variable, names);
    if (path === undefined) missing.push(names[0]);
    else found[variable] = path;
  }
  const python = ensureLitellm();
  if (python === undefined) missing.push(`LiteLLM ${LITELLM_VERSION}`);
  else found.STAGEGATE_LITELLM_PYTHON = python;
  if (missing.length > 0)
    console.log(`not on this machine: ${missing.join(', ')}; ${CI ? 'a failure in CI' : 'what needs them is skipped'}`);
  return found;
}

/** The release of another gateway that ours is measured beside. */
const PORTKEY_VERSION = '1.15.2';
const PORTKEY = join(CACHE, `portkey-${PORTKEY_VERSION}`);

/**
 * Portkey's gateway from npm in a folder under the cache, installed once.
 * out: the path of its program; an error when npm does not bring it.
 */
export function ensurePortkey() {
  const program = join(PORTKEY, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(program)) return program;
  console.log(`installing Portkey's gateway ${PORTKEY_VERSION} from npm (once, under .cache)`);
  mkdirSync(PORTKEY, { recursive: true });
  const args = ['install', '--prefix', PORTKEY, '--no-audit', '--no-fund', '--ignore-scripts', `@portkey-ai/gateway@${PORTKEY_VERSION}`];
  if (!runs('npm', args) || !existsSync(program)) throw new Error('npm did not install @portkey-ai/gateway');
  return program;
}

function locate(variable, names) {
  const told = process.env[variable];
  if (told !== undefined && existsSync(told)) return told;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const name = names.find((one) => existsSync(join(folder, one)));
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}

function installDebian(packages) {
  if (packages.length === 0) return;
  console.log(`installing ${packages.join(', ')}`);
  if (!aptGet('update') || !aptGet('install', '-y', '--no-install-recommends', ...packages)) console.log('apt-get did not install them');
}

/**
 * LiteLLM in a virtual environment under the cache, installed once.
 * out: the path of its Python; undefined where there is no Python with venv, or PyPI does not answer.
 */
export function ensureLitellm() {
  const stamp = join(LITELLM, 'installed');
  if (existsSync(stamp)) return LITELLM_PYTHON;
  if (spawnSync('python3', ['-c', 'import ensurepip, venv']).status !== 0) {
    if (!CI) return undefined;
    installDebian(['python3-venv']);
  }
  console.log(`installing LiteLLM ${LITELLM_VERSION} from PyPI (once, under .cache)`);
  mkdirSync(CACHE, { recursive: true });
  const done =
    runs('python3', ['-m', 'venv', LITELLM]) &&
    runs(LITELLM_PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `litellm[proxy]==${LITELLM_VERSION}`]);
  if (!done) return undefined;
  writeFileSync(stamp, '');
  return LITELLM_PYTHON;
}

function aptGet(...args) {
  return runs('apt-get', ['-qq', ...args], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
}

/** Whether an installer ran well. What it says is no part of the report: it goes to the standard error. */
function runs(program, args, env = process.env) {
  return spawnSync(program, args, { env, stdio: ['ignore', 2, 2] }).status === 0;
}
