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
/** Where turbo says what became of each task. */
const RUNS = join(ROOT, '.turbo/runs');
const KNOWN = join(ROOT, 'packages/parity/known-failures.json');
/** Turbo starts each package's script through pnpm. */
const ENVIRONMENT = { PATH: pnpmEnvironment().PATH, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...ensureServices() };
const CI = ['1', 'true'].includes(process.env.CI ?? '');
const totals = { passed: 0, failed: 0 };
const failures = [];
/** Files whose tests failed beside others, and passed alone. */
const excused = [];

// `npm test -- --full`: every recorded stream cut at every place, and properties asked new questions in CI too.
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

for (const file of excused) console.log(`passed only when run alone: ${file}`);
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
  rmSync(RUNS, { recursive: true, force: true });
  const words = ['run', 'test', '--continue', '--summarize', '--output-logs=new-only', '--', ...reporter('vitest.json')];
  await run('tests', 'turbo', words);
  const failed = failedTasks();
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    if (existsSync(join(ROOT, 'packages', name, 'package.json'))) await countPackage(name, failed.has(`@stagegate/${name}#test`));
  }
  await run('tidy', 'vitest', [
    'run',
    '--config',
    join(ROOT, 'vitest.config.ts'),
    '--root',
    'tests/tidy',
    ...reporter('tidy.json', RESULTS),
  ]);
  countReport('tidy', readReport(join(RESULTS, 'tidy.json')));
}

/** Names of the tasks of the last run that ended with an error. */
function failedTasks() {
  const [summary] = readdirSync(RUNS);
  const { tasks } = readReport(join(RUNS, summary));
  return new Set(tasks.filter(({ execution }) => execution?.exitCode !== 0).map(({ taskId }) => taskId));
}

function reporter(file, folder = '.results') {
  return ['--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${join(folder, file)}`];
}

/**
 * Counts a package's tests. Files of tests that failed run once more, alone, and that run counts: real processes of eight packages share
 * the machine's cores, and what needs the machine to itself is told from what is broken. It is said at the end. A property that
 * failed has a counterexample, so it is not asked again.
 */
async function countPackage(name, taskFailed) {
  const report = readReport(resultsOf(name, 'vitest.json'));
  const files = report?.testResults.filter(({ status }) => status === 'failed') ?? [];
  if (taskFailed && files.length === 0) count(0, 1, `${name}: failed outside of its tests`);
  if (files.length === 0 || files.some(failedProperty)) {
    countReport(name, report);
    return;
  }
  const paths = files.map((file) => relative(join(ROOT, 'packages', name), file.name));
  const filter = `--filter=./packages/${name}`;
  rmSync(resultsOf(name, 'again.json'), { force: true });
  await run(`tests of ${name} that failed, alone`, 'turbo', ['run', 'test', filter, '--force', '--', ...paths, ...reporter('again.json')]);
  const again = readReport(resultsOf(name, 'again.json'));
  if (again?.success) excused.push(...paths.map((path) => `${name}/${path}`));
  const rest = { ...report, testResults: report.testResults.filter((file) => !files.includes(file)) };
  countReport(name, rest);
  countReport(name, again);
}

function resultsOf(name, file) {
  return join(ROOT, 'packages', name, '.results', file);
}

function failedProperty({ message = '', assertionResults }) {
  return [message, ...assertionResults.flatMap(({ failureMessages }) => failureMessages)].some((text) => text.includes('Property failed'));
}

/** Undefined when there is none. */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Adds a test report to the totals. A skip is a failure in CI: it is a test that did not run. */
function countReport(name, report) {
  if (report === undefined) {
    count(0, 1, `${name}: no test report`);
    return;
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name: path, status, message, assertionResults } of report.testResults) {
    for (const test of assertionResults) {
      const kind = ['passed', 'failed'].includes(test.status) ? test.status : 'skipped';
      counts[kind] += 1;
      if (kind === 'failed') tell(path, test.fullName, test.failureMessages[0]);
    }
    if (status !== 'failed' || assertionResults.some((test) => test.status === 'failed')) continue;
    counts.failed += 1;
    tell(path, 'did not run', message);
  }
  if (counts.skipped > 0) console.log(`${name}: ${counts.skipped} skipped${CI ? ', which is a failure in CI' : ''}`);
  count(counts.passed, counts.failed + (CI ? counts.skipped : 0), `${name}: tests`);
}

/** Says again at the end which test failed and why: in a long log the first telling is far away. */
function tell(path, title, message = '') {
  const lines = message.split('\n').filter((line) => !line.includes('node_modules'));
  failures.push([`${relative(ROOT, path)}: ${title}`, ...lines.slice(0, 8)].join('\n  '));
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
