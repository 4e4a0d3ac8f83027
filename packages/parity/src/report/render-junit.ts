import { describeMismatch } from '../verdict/cluster.ts';
import type { Comparison } from '../verdict/comparison.ts';
import type { ParityReport, RuleReport } from './build-report.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * A report as JUnit XML with two suites. In the suite of rules a fail is a failure and inconclusive is skipped; problems of the run are failures
 * beside them. In the suite of calls a mismatch is a failure, and a call that was declined or not compared is skipped.
 */
export function renderJunit({ rules, problems }: ParityReport, comparisons: readonly Comparison[]): string {
  const failing = rules.filter(({ verdict }) => verdict.verdict === 'fail').length + problems.length;
  const unsettled = rules.filter(({ verdict }) => verdict.verdict === 'inconclusive').length;
  const count = (...outcomes: readonly Comparison['outcome'][]): number =>
    comparisons.filter((one) => outcomes.includes(one.outcome)).length;
  const [mismatched, unseen] = [count('mismatched'), count('not-compared', 'declined')];
  const ofRules = countsOf(rules.length + problems.length, failing, unsettled);
  const ofCalls = countsOf(comparisons.length, mismatched, unseen);
  const all = countsOf(rules.length + problems.length + comparisons.length, failing + mismatched, unsettled + unseen);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${all}>`,
    `<testsuite name="rules" ${ofRules}>`,
    ...rules.map(renderVerdict),
    ...problems.map(
      (problem) => `<testcase name="${escape(problem)}" classname="parity"><failure message="${escape(problem)}"/></testcase>`,
    ),
    '</testsuite>',
    `<testsuite name="calls" ${ofCalls}>`,
    ...comparisons.map(renderCase),
    '</testsuite>',
    '</testsuites>\n',
  ].join('\n');
}

function countsOf(tests: number, failures: number, skipped: number): string {
  return `tests="${tests}" failures="${failures}" skipped="${skipped}"`;
}

function renderVerdict({ rule, verdict: { verdict, why } }: RuleReport): string {
  const open = `<testcase name="${escape(rule.name)}" classname="parity"`;
  if (verdict === 'pass') return `${open}/>`;
  const message = escape(`${verdict}: ${why[0] ?? ''}`);
  if (verdict === 'inconclusive') return `${open}><skipped message="${message}"/></testcase>`;
  return `${open}><failure message="${message}">${escape(why.join('\n'))}</failure></testcase>`;
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

/** Escapes text for XML, and replaces characters that XML cannot hold even escaped. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/gu, (sign) => ENTITIES[sign] ?? sign);
}
