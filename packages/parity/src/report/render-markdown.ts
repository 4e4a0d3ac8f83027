import { percent, type Stratum, type Verdict } from '../verdict/judge-gate.ts';

const CLUSTERS_MAX = 20;
const WHY_MAX = 20;

/** A verdict as Markdown for a pull request. `reproduce` gives the command that plays one comparison again. */
export function renderMarkdown(verdict: Verdict, reproduce: (id: string) => string): string {
  const { samples, matched, accepted, mismatched, bound, gate } = verdict;
  const lines = [
    `## Parity: ${verdict.verdict}`,
    '',
    `${samples} samples: ${matched} matched, ${accepted} accepted, ${mismatched} mismatched. At ${gate.confidence * 100} % confidence at most ${percent(bound)} differ.`,
    ...section(
      'Why',
      firstOf(verdict.why, WHY_MAX).map((reason) => `* ${cell(reason)}`),
    ),
    ...section('Strata', [
      '| dimension | value | samples | matched | accepted | mismatched |',
      '|---|---|--:|--:|--:|--:|',
      ...verdict.strata.map(renderStratum),
    ]),
    ...section(
      'Differences by path',
      verdict.clusters
        .slice(0, CLUSTERS_MAX)
        .flatMap(({ path, comparisons, exampleId, exampleReason }) => [
          `* \`${path}\`: ${comparisons}`,
          `  * ${cell(exampleReason)}`,
          `  * \`${reproduce(exampleId)}\``,
        ]),
    ),
    ...section(
      'Not compared',
      Object.entries(verdict.notCompared).map(([reason, count]) => `* ${cell(reason)}: ${count}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines];
}

function firstOf(lines: readonly string[], most: number): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : lines;
}

function renderStratum({ dimension, value, samples, matched, accepted, mismatched }: Stratum): string {
  return `| ${dimension} | ${cell(value)} | ${samples} | ${matched} | ${accepted} | ${mismatched} |`;
}

/** Recorded text must neither end a table's cell nor become markup. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*_|<>[\]]/gu, String.raw`\$&`).replaceAll(/\s+/gu, ' ');
}
