import { suggestEntry } from '../replay/accepted-file.ts';
import type { ParityReport, RuleReport } from '../report/build-report.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import { percent } from '../verdict/judge-gate.ts';
import { renderTable } from '../table.ts';
import { whole } from './word-counts.ts';

const SUGGESTIONS_MAX = 5;
const SHOWN_MAX = 20;

/** A report for a terminal: every rule, why it is no pass, where sides differ, what was no sample. `expires` is of suggested entries. */
export function summarise(report: ParityReport, expires: string): readonly string[] {
  const { rules, problems } = report;
  return [
    ...renderTable(['rule', 'verdict', 'samples', 'mismatched', 'differ at most', 'accepted', 'noise', 'from → to'], rules.map(toRow)),
    ...rules.flatMap(explainRule),
    ...block('Not compared', countReasons(report, 'notCompared')),
    ...block('Declined, and no sample', countReasons(report, 'declined')),
    ...block('Problems', problems),
    ...block(
      'To accept such differences, write a reason and put them, as a JSON list, in a file for --accepted:',
      suggest(report, expires),
    ),
  ];
}

function toRow({ rule, verdict }: RuleReport): readonly string[] {
  const { samples, accepted, noise, mismatched, bound } = verdict;
  const lanes = `${rule.serving} → ${rule.candidates.join(', ') || 'no lane'}`;
  return [rule.name, verdict.verdict, whole(samples), whole(mismatched), percent(bound), whole(accepted), whole(noise), lanes];
}

function explainRule({ rule, verdict: { verdict, why, clusters } }: RuleReport): readonly string[] {
  const places = clusters.map(({ path, comparisons, example }) => `${whole(comparisons)} × ${describeMismatch({ ...example, path })}`);
  return [
    ...block(`${rule.name}: why it ${verdict === 'fail' ? 'fails' : `is ${verdict}`}`, why),
    ...block(`${rule.name}: where, and how often`, [
      ...places.slice(0, SHOWN_MAX),
      ...(places.length > SHOWN_MAX ? [`and ${whole(places.length - SHOWN_MAX)} more places: see the report`] : []),
    ]),
  ];
}

/** What was no sample, and why: else a verdict of few samples cannot be understood. */
function countReasons({ rules }: ParityReport, kind: 'notCompared' | 'declined'): readonly string[] {
  const counts = new Map<string, number>();
  for (const { verdict } of rules)
    for (const [reason, count] of Object.entries(verdict[kind])) counts.set(reason, (counts.get(reason) ?? 0) + count);
  const lines = [...counts].toSorted(([, a], [, b]) => b - a).map(([reason, count]) => `${whole(count)} × ${reason}`);
  return [
    ...lines.slice(0, SHOWN_MAX),
    ...(lines.length > SHOWN_MAX ? [`and ${whole(lines.length - SHOWN_MAX)} more reasons: see the report`] : []),
  ];
}

/** Of places where lanes differ from the record: between lanes nothing is accepted. Each place once, whatever rules it shows itself in. */
function suggest({ rules }: ParityReport, expires: string): readonly string[] {
  const clusters = rules.flatMap(({ verdict }) => verdict.clusters).filter(({ sides }) => sides.some((side) => !side.includes('/')));
  const entries = new Set(clusters.map((cluster) => suggestEntry(cluster, expires)));
  return [...entries].slice(0, SUGGESTIONS_MAX);
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
