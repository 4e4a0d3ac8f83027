import { describeMismatch } from '../verdict/cluster.ts';
import { percent, type Stratum } from '../verdict/judge-gate.ts';
import type { LatencyRatio } from '../verdict/latency-ratio.ts';
import type { ParityReport, RuleReport } from './build-report.ts';
import { reproduceCommand, type ParityRun } from './parity-run.ts';

const CLUSTERS_MAX = 20;
const WHY_MAX = 20;
const DECLINED_MAX = 20;

/** A report as Markdown for a pull request. */
export function renderMarkdown({ run, verdict, rules, noise, problems }: ParityReport): string {
  const lines = [
    `## Parity: ${verdict}`,
    '',
    `${cell(run.from)}; lanes ${run.lanes.join(', ')}.`,
    ...section(
      'Problems',
      problems.map((problem) => `* ${cell(problem)}`),
    ),
    '',
    '| rule | from → to | verdict | samples | matched | accepted | noise | mismatched | at most |',
    '|---|---|---|--:|--:|--:|--:|--:|--:|',
    ...rules.map(renderRuleRow),
    ...rules.flatMap((rule) => renderRule(rule, run)),
    ...section(
      `Noise: a lane against itself, ${noise.samples} calls`,
      noise.paths.map(([path, count]) => `* \`${path}\`: ${count}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function renderRuleRow({ rule, verdict }: RuleReport): string {
  const { samples, matched, accepted, noise, mismatched, bound, gate } = verdict;
  const lanes = `${rule.serving} → ${rule.candidates.join(', ')}`;
  const counts = [samples, matched, accepted, noise, mismatched].join(' | ');
  return `| ${cell(rule.name)} | ${lanes} | **${verdict.verdict}** | ${counts} | ${percent(bound)} at ${gate.confidence * 100} % |`;
}

function renderRule({ rule, verdict }: RuleReport, run: ParityRun): readonly string[] {
  const title = (words: string): string => `${words} (${cell(rule.name)})`;
  return [
    ...section(
      title('Why'),
      firstOf(verdict.why, WHY_MAX).map((reason) => `* ${cell(reason)}`),
    ),
    ...section(
      title('Strata'),
      verdict.strata.length === 0
        ? []
        : [
            '| dimension | value | samples | matched | accepted | noise | mismatched |',
            '|---|---|--:|--:|--:|--:|--:|',
            ...verdict.strata.map(renderStratum),
          ],
    ),
    ...section(title('Latency'), verdict.latencies.flatMap(renderLatency)),
    ...section(
      title('Differences by path'),
      verdict.clusters
        .slice(0, CLUSTERS_MAX)
        .flatMap(({ path, comparisons, exampleId, example }) => [
          `* \`${path}\`: ${comparisons}`,
          `  * ${cell(describeMismatch(example))}`,
          `  * \`${reproduceCommand(run, exampleId)}\``,
        ]),
    ),
    ...section(title('Declined'), renderCounts(verdict.declined)),
    ...section(title('Not compared'), renderCounts(verdict.notCompared)),
  ];
}

function renderCounts(counts: Readonly<Record<string, number>>): readonly string[] {
  const lines = Object.entries(counts).map(([reason, count]) => `* ${cell(reason)}: ${count}`);
  return firstOf(lines, DECLINED_MAX);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines];
}

function firstOf(lines: readonly string[], most: number): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : lines;
}

function renderStratum({ dimension, value, samples, matched, accepted, noise, mismatched }: Stratum): string {
  return `| ${dimension} | ${cell(value)} | ${samples} | ${matched} | ${accepted} | ${noise} | ${mismatched} |`;
}

function renderLatency({ measure, baseline, candidate, samples, quantiles }: LatencyRatio): readonly string[] {
  const what = measure === 'totalMs' ? 'total' : 'first byte';
  const ratios = quantiles.map(
    ({ quantile, ratio, low, high }) => `p${quantile * 100} ${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
  );
  return [`* ${what}, ${candidate} ÷ ${baseline} over ${samples} calls: ${ratios.join(', ')}`];
}

/** Text for a cell of a table. Recorded text must neither end the cell nor become markup. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*_|<>[\]]/gu, String.raw`\$&`).replaceAll(/\s+/gu, ' ');
}
