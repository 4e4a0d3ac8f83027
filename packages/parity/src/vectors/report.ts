import type { CaseResult, OutcomeName } from './outcome.ts';
import type { PlayResult } from './play.ts';

const REASONS_MAX = 4;

/** The number of cases by outcome. */
export type Counts = Readonly<Record<OutcomeName, number>>;

/** Counts outcomes. */
export function countOutcomes(cases: readonly CaseResult[]): Counts {
  const counts = { passed: 0, accepted: 0, failed: 0, skipped: 0 };
  for (const { outcome } of cases) counts[outcome] += 1;
  return counts;
}

/** The whole report as text: failures, table, accepted differences, exact streams, and the counts last. */
export function renderReport(result: PlayResult): string {
  const { cases, acceptedCounts, exactStreams, comparedStreams } = result;
  const { passed, accepted, failed, skipped } = countOutcomes(cases);
  const lines = [
    ...cases.filter(({ outcome }) => outcome === 'failed').flatMap(renderFailure),
    '',
    ...renderTable(cases),
    '',
    ...[...acceptedCounts].toSorted().map(([id, count]) => `accepted difference ${id}: ${count} cases`),
    `${exactStreams} of ${comparedStreams} streams exact`,
    `${passed} passed, ${accepted} accepted, ${failed} failed, ${skipped} skipped`,
  ];
  return `${lines.join('\n')}\n`;
}

function renderFailure({ id, reasons }: CaseResult): readonly string[] {
  const shown = reasons.slice(0, REASONS_MAX).map((reason) => `FAIL ${id}  ${reason}`);
  return reasons.length > REASONS_MAX ? [...shown, `FAIL ${id}  … ${reasons.length - REASONS_MAX} more`] : shown;
}

/** One row per route × provider × stream that was played; routes and providers that were skipped whole share a row each. */
function renderTable(cases: readonly CaseResult[]): readonly string[] {
  const groups = Map.groupBy(cases, ({ route, provider, stream, outcome }) =>
    outcome === 'skipped' ? `${route}\t(skipped)\t` : `${route}\t${provider}\t${stream ? 'stream' : 'whole'}`,
  );
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => {
      const counts = countOutcomes(group);
      return [...key.split('\t'), String(counts.passed), String(counts.accepted), String(counts.failed), String(counts.skipped)];
    });
  const all = [['route', 'provider', 'kind', 'passed', 'accepted', 'failed', 'skipped'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}
