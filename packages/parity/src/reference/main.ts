import { readProcessEnv } from '@stagegate/gateway-engine/config';
import { HTTP_LANES } from '../lanes/index.ts';
import { buildReport } from '../report/build-report.ts';
import type { ParityRun } from '../report/parity-run.ts';
import { REPORT_FORMATS, writeReport } from '../report/write-report.ts';
import type { Comparison } from '../verdict/comparison.ts';
import { REFERENCE_RULE } from './compare-sides.ts';
import { playReference } from './play.ts';

const USAGE = `usage: pnpm parity:reference [--short] [--report FOLDER]

Plays one mixed traffic set through LiteLLM itself and through every lane of ours, and compares them.
  --short          one call of each kind
  --report FOLDER  where the report goes (default: .results/reference)`;

/** The `parity:reference` command. out: exit code 0 when all agree, 1 when not, 2 for a wrong command line or no LiteLLM. */
export async function main(args: readonly string[]): Promise<number> {
  const short = args.includes('--short');
  const at = args.indexOf('--report');
  const folder = at === -1 ? '.results/reference' : args[at + 1];
  const known = new Set(['--short', '--report', ...(folder === undefined ? [] : [folder])]);
  if (folder === undefined || args.some((word) => !known.has(word))) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const env = readProcessEnv();
  const python = env['STAGEGATE_LITELLM_PYTHON'];
  if (python === undefined) {
    process.stderr.write('LiteLLM is not on this machine: a Python with venv, and PyPI, are needed\n');
    return 2;
  }
  const { comparisons, stale } = await playReference(python, env, short);
  const report = buildReport({ ...runOf(short, comparisons.length), problems: stale }, comparisons);
  const [file] = writeReport(folder, REPORT_FORMATS, report, comparisons);
  process.stdout.write(`${[...render(comparisons), ...stale, `see ${file}`].join('\n')}\n`);
  return comparisons.some(({ outcome }) => outcome === 'mismatched') || stale.length > 0 ? 1 : 0;
}

function runOf(short: boolean, count: number): ParityRun {
  return {
    version: 1,
    source: 'reference',
    from: `${count} calls of mixed traffic, by LiteLLM itself`,
    madeAt: new Date().toISOString(),
    lanes: ['reference', ...HTTP_LANES],
    // Gates with tolerances are for real traffic; here every difference counts.
    rules: [
      {
        name: REFERENCE_RULE,
        serving: 'reference',
        candidates: HTTP_LANES,
        gate: { mismatch_max: 0.001, confidence: 0.95, stratum_min: 1 },
      },
    ],
    reproduce: `pnpm parity:reference${short ? ' --short' : ''}`,
  };
}

/** Each difference on its line, then the counts. */
function render(comparisons: readonly Comparison[]): string[] {
  const lines = comparisons.flatMap(({ id, mismatches }) =>
    mismatches.map(({ sides, path, expected, got }) => `${id} ${sides} ${path}: expected ${expected}, got ${got}`),
  );
  const count = (outcome: Comparison['outcome']): number => comparisons.filter((one) => one.outcome === outcome).length;
  return [...lines, `${count('matched')} calls the same, ${count('accepted')} accepted, ${count('mismatched')} mismatched`];
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
