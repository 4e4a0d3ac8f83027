import { percent } from '../../verdict/judge-gate.ts';
import type { ParityReport, RuleReport } from '../build-report.ts';
import type { ParityRun } from '../parity-run.ts';
import { renderDifferences } from './differences.ts';
import { badge, slug, text, whole } from './html.ts';
import { renderLatency } from './latency-chart.ts';
import { SCRIPT } from './script.ts';
import { renderStrata } from './strata.ts';
import { STYLE } from './style.ts';

const WHY_OPEN_MAX = 6;

/** What each verdict asks of its reader. */
const MEANINGS = {
  pass: 'The candidate may serve: what was seen is the same, and enough was seen.',
  fail: 'Something differs more often than the gate allows.',
  inconclusive: 'Nothing says that the candidate is wrong, and not enough says that it is right.',
} as const;

/** A report as one page that needs nothing else: no network, no server; light and dark; every part reached by keyboard. */
export function renderPage(report: ParityReport): string {
  const { run, verdict, rules, problems } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><title>Parity: ${verdict}</title><style>${STYLE}</style></head>
<body><a class="skip" href="#rules">to the rules</a>
<header><div class="top"><h1>Parity ${badge(verdict)}</h1><button type="button" id="theme" aria-label="switch between light and dark">◐</button></div>
<p class="meaning">${MEANINGS[verdict]}</p>
<p class="from">${text(run.from)} · lanes ${run.lanes.map((lane) => `<code>${text(lane)}</code>`).join(' ')} · <time datetime="${text(run.madeAt)}">${text(run.madeAt.replace('T', ' ').slice(0, 16))} UTC</time></p>
${problems.length === 0 ? '' : `<ul class="problems">${problems.map((problem) => `<li>${text(problem)}</li>`).join('')}</ul>`}</header>
<main>${renderTiles(report)}
<section id="rules"><h2>Rules</h2>${renderRules(rules)}</section>
<label class="filter">Filter <input id="filter" type="search" placeholder="path, provider, model …" autocomplete="off"></label>
${rules.map((rule) => renderRule(rule, run)).join('')}
${renderNoise(report)}</main>
<footer>Stagegate · <code>docs/parity.md</code> explains how to read this.</footer>
<script>${SCRIPT}</script></body></html>
`;
}

function renderTiles({ rules, noise }: ParityReport): string {
  const sum = (pick: (rule: RuleReport) => number): number => rules.reduce((total, rule) => total + pick(rule), 0);
  const tiles: readonly (readonly [string, string])[] = [
    ['samples', whole(sum(({ verdict }) => verdict.samples))],
    ['matched', whole(sum(({ verdict }) => verdict.matched))],
    ['accepted', whole(sum(({ verdict }) => verdict.accepted))],
    ['mismatched', whole(sum(({ verdict }) => verdict.mismatched))],
    ['declined', whole(sum(({ verdict }) => verdict.declinedCalls))],
    ['not compared', whole(sum(({ verdict }) => count(verdict.notCompared)))],
    ['noise places', whole(noise.paths.length)],
  ];
  const items = tiles.map(
    ([name, value]) => `<div class="tile ${slug(name)}${value === '0' ? '' : ' some'}"><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  return `<dl class="tiles">${items.join('')}</dl>`;
}

function count(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}

function renderRules(rules: readonly RuleReport[]): string {
  const rows = rules.map(({ rule, verdict }) => {
    const { samples, mismatched, bound, matched, accepted, noise } = verdict;
    const counts = [whole(samples), whole(mismatched), percent(bound), whole(matched), whole(accepted), whole(noise)];
    const cells = counts.map((count) => `<td class="n">${count}</td>`).join('');
    const lanes = `${text(rule.serving)} → ${rule.candidates.map(text).join(', ')}`;
    return `<tr><td><a href="#rule-${slug(rule.name)}">${text(rule.name)}</a></td><td>${badge(verdict.verdict)}</td>${cells}<td class="lanes">${lanes}</td></tr>`;
  });
  const names = ['samples', 'mismatched', 'at most', 'matched', 'accepted', 'noise'];
  return `<div class="scroll" tabindex="0" role="region" aria-label="rules"><table class="rules"><thead><tr><th>rule</th><th>verdict</th>${names.map((name) => `<th class="n">${name}</th>`).join('')}<th>from → to</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderRule({ rule, verdict, exhibits }: RuleReport, run: ParityRun): string {
  const { gate } = verdict;
  const latencies = verdict.latencies.map(renderLatency).join('');
  const fingerprint = rule.fingerprint === undefined ? '' : ` · fingerprint <code>${text(rule.fingerprint.slice(0, 12))}</code>`;
  return `<section class="rule" id="rule-${slug(rule.name)}"><h2>${text(rule.name)} ${badge(verdict.verdict)}</h2>
<p class="hint">${text(rule.serving)} → ${rule.candidates.map(text).join(', ')} · at ${gate.confidence * 100} % confidence at most <b>${percent(verdict.bound)}</b> of calls differ; ${percent(gate.mismatch_max)} is asked for${fingerprint}</p>
${renderWhy(verdict.why)}${renderDifferences(verdict.clusters, exhibits, run)}
${latencies === '' ? '' : `<h3>Latency</h3><p class="hint">What a caller waits: the provider as recorded, and what the lane adds in replay.</p><div class="multiples">${latencies}</div>`}
${renderStrata(verdict)}${renderCounts('Declined', verdict.declined)}${renderCounts('Not compared', verdict.notCompared)}</section>`;
}

function renderWhy(why: readonly string[]): string {
  if (why.length === 0) return '';
  const items = why.map((reason) => `<li>${text(reason)}</li>`);
  const rest = items.slice(WHY_OPEN_MAX);
  const more = rest.length === 0 ? '' : `<details><summary>${whole(rest.length)} more reasons</summary><ul>${rest.join('')}</ul></details>`;
  return `<h3>Why it is no pass</h3><ul class="why">${items.slice(0, WHY_OPEN_MAX).join('')}</ul>${more}`;
}

function renderCounts(title: string, counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return '';
  const rows = entries.map(([reason, count]) => `<tr><td class="n">${whole(count)}</td><td>${text(reason)}</td></tr>`);
  return `<h3>${title}</h3><table class="counts"><tbody>${rows.join('')}</tbody></table>`;
}

function renderNoise({ noise }: ParityReport): string {
  if (noise.samples === 0) return '';
  const rows = noise.paths.map(([path, count]) => `<tr><td class="n">${whole(count)}</td><td><code>${text(path)}</code></td></tr>`);
  const table = rows.length === 0 ? '' : `<table class="counts"><tbody>${rows.join('')}</tbody></table>`;
  return `<section class="rule" id="noise"><h2>Noise</h2><p class="hint">${whole(noise.samples)} calls were given to one lane twice; it differed from itself at ${noise.paths.length} places.</p>${table}</section>`;
}
