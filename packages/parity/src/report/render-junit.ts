import { describeMismatch } from '../verdict/cluster.ts';
import type { Comparison } from '../verdict/comparison.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Comparisons as JUnit XML: one test case each, a mismatch a failure, what was declined or not compared skipped. */
export function renderJunit(comparisons: readonly Comparison[]): string {
  const count = (...outcomes: readonly Comparison['outcome'][]): number =>
    comparisons.filter((one) => outcomes.includes(one.outcome)).length;
  const counts = `tests="${comparisons.length}" failures="${count('mismatched')}" skipped="${count('not-compared', 'declined')}"`;
  const cases = comparisons.map(renderCase).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="parity" ${counts}>\n${cases}\n</testsuite>\n</testsuites>\n`;
}

function renderCase({ id, rule, outcome, strata, mismatches, reasons }: Comparison): string {
  const open = `<testcase name="${escape(id)}" classname="${escape([rule, strata['route'], strata['provider']].filter(Boolean).join(' '))}"`;
  if (outcome === 'mismatched') {
    const lines = mismatches.map(describeMismatch);
    return `${open}><failure message="${escape(lines[0] ?? 'mismatched')}">${escape(lines.join('\n'))}</failure></testcase>`;
  }
  if (outcome === 'declined' || outcome === 'not-compared')
    return `${open}><skipped message="${escape([outcome, ...reasons].join(': '))}"/></testcase>`;
  return `${open}/>`;
}

/** Characters XML cannot hold, written or escaped, are replaced. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/gu, (sign) => ENTITIES[sign] ?? sign);
}
