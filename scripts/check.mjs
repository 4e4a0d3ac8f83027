// Everything that CI checks: `npm test`. Ends with one line, `N passed, N failed`.
// A check that could not run is a failure, never a silent pass.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CACHE, ROOT } from './lib/paths.mjs';
import { runTool } from './lib/run.mjs';
import { ensureServices } from './lib/services.mjs';
import { pnpmEnvironment } from './lib/toolchain.mjs';

const BIN = join(ROOT, 'node_modules/.bin');
const RESULTS = join(CACHE, 'results');
const KNOWN = join(ROOT, 'packages/parity/known-failures.json');
/** Turbo starts each package's script through pnpm. */
const ENVIRONMENT = { PATH: pnpmEnvironment().PATH, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...ensureServices() };
const CI = ['1', 'true'].includes(process.env.CI ?? '');
const totals = { passed: 0, failed: 0 };
const failures = [];

// `npm test -- --full`: every recorded stream cut at every place.
if (process.argv.includes('--full')) process.env.STAGEGATE_FULL = '1';

process.chdir(ROOT);
rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

await check('format', ['oxfmt', '--check', '.']);
await check('lint', ['oxlint', '--deny-warnings']);
await check('types', ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only']);
await check('types of the tidy tests', ['tsc', '-p', 'tests/tidy']);
await checkTests();
await checkVectors();

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function check(name, [tool, ...args]) {
  const code = await run(name, tool, args);
  count(code === 0 ? 1 : 0, code === 0 ? 0 : 1, name);
  return code;
}

async function run(name, tool, args) {
  const start = Date.now();
  console.log(`\n── ${name}`);
  const code = await runTool([join(BIN, tool), ...args], { direct: true, env: ENVIRONMENT });
  console.log(`── ${name}: ${code === 0 ? 'ok' : `exit code ${code}`}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return code;
}

function count(passed, failed, name) {
  totals.passed += passed;
  totals.failed += failed;
  if (failed > 0) failures.push(name);
}

/** Each package's tests, cached by what they read; each writes its own report, which the cache brings back. */
async function checkTests() {
  const code = await run('tests', 'turbo', [
    'run',
    'test',
    '--continue',
    '--output-logs=new-only',
    '--',
    ...reporter('.results/vitest.json'),
  ]);
  let failed = 0;
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    if (existsSync(join(ROOT, 'packages', name, 'package.json')))
      failed += countReport(name, join(ROOT, 'packages', name, '.results/vitest.json'));
  }
  if (code !== 0 && failed === 0) count(0, 1, 'tests: a package failed outside of its tests');
  await run('tidy', 'vitest', ['run', '--testTimeout=180000', '--root', 'tests/tidy', ...reporter(join(RESULTS, 'tidy.json'))]);
  countReport('tidy', join(RESULTS, 'tidy.json'));
}

function reporter(file) {
  return ['--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
}

/** Adds a test report to the totals. A skip is a failure in CI: it is a test that did not run. out: how many failed. */
function countReport(name, file) {
  if (!existsSync(file)) {
    count(0, 1, `${name}: no test report`);
    return 1;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) console.log(`${name}: ${skipped} skipped${CI ? ', which is a failure in CI' : ''}`);
  const failed = numFailedTests + broken.length + (CI ? skipped : 0);
  for (const { name: path, message, assertionResults } of testResults) {
    for (const test of assertionResults.filter(({ status }) => status === 'failed')) tell(path, test.fullName, test.failureMessages[0]);
    if (broken.some((one) => one.name === path)) tell(path, 'did not run', message);
  }
  count(numPassedTests, failed, `${name}: tests`);
  return failed;
}

/** Says again at the end which test failed and why: in a long log the first telling is far away. */
function tell(path, title, message = '') {
  failures.push(`${relative(ROOT, path)}: ${title}\n  ${message.split('\n').slice(0, 6).join('\n  ')}`);
}

async function checkVectors() {
  const code = await run('vectors', 'turbo', ['run', 'vectors', '--output-logs=new-only']);
  const file = join(ROOT, 'packages/parity/.results/vectors.json');
  if (!existsSync(file)) {
    count(0, 1, 'vectors: no report');
    return;
  }
  const { passed, accepted, failed, cases } = JSON.parse(readFileSync(file, 'utf8'));
  const known = new Set(existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, 'utf8')).map(({ id }) => id) : []);
  const unknown = cases.filter(({ id, outcome }) => outcome === 'failed' && !known.has(id)).length;
  console.log(`vectors: ${passed} passed, ${accepted} accepted, ${failed} failed, of which ${failed - unknown} are listed as known`);
  count(passed + accepted, Math.max(unknown, code === 0 ? 0 : 1), 'vectors');
}
