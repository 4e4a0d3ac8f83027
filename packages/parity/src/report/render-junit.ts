import type { Comparison } from '../verdict/comparison.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Comparisons as JUnit XML: one test case each, a mismatch a failure, what was not compared skipped. */
export function renderJunit(comparisons: readonly Comparison[]): string {
  const count = (outcome: Comparison['outcome']): number => comparisons.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${comparisons.length}" failures="${count('mismatched')}" skipped="${count('not-compared')}"`;
  const cases = comparisons.map(renderCase).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="parity" ${counts}>\n${cases}\n</testsuite>\n</testsuites>\n`;
}

function renderCase({ id, outcome, strata, reasons }: Comparison): string {
  const open = `<testcase name="${escape(id)}" classname="${escape(`${strata['route'] ?? ''} ${strata['provider'] ?? ''}`.trim())}"`;
  const words = escape(reasons.join('\n'));
  if (outcome === 'mismatched') return `${open}><failure message="${escape(reasons[0] ?? 'mismatched')}">${words}</failure></testcase>`;
  if (outcome === 'not-compared') return `${open}><skipped message="${words}"/></testcase>`;
  return `${open}/>`;
}

/** Characters XML cannot hold, written or escaped, are replaced. */
function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/gu, (sign) => ENTITIES[sign] ?? sign);
}
