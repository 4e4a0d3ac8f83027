import type { LatencyRatio, QuantileRatio } from '../../verdict/latency-ratio.ts';
import { milliseconds, text, whole } from './html.ts';

const WIDTH = 320;
const HEIGHT = 150;
const LEFT = 30;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 8;
/** Logarithms want something above nothing. */
const MS_MIN = 0.001;

/** One small multiple: how many calls were answered by when, on both sides, and the ratios with their intervals. */
export function renderLatency({ measure, baseline, candidate, samples, quantiles, curves }: LatencyRatio): string {
  const title = measure === 'totalMs' ? 'Total' : 'First byte';
  const all = [...curves.baseline, ...curves.candidate].map((ms) => Math.max(ms, MS_MIN));
  const scale = createScale(Math.min(...all), Math.max(...all));
  const label = `${title}: share of calls answered within a time, ${baseline} and ${candidate}, ${samples} calls`;
  return `<figure class="latency"><figcaption>${title} <small>${whole(samples)} calls</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text(label)}">
${renderGrid(scale)}
<path class="line before" d="${curve(curves.baseline, scale)}"/><path class="line after" d="${curve(curves.candidate, scale)}"/></svg>
<p class="legend"><span class="before">${text(baseline)}</span><span class="after">${text(candidate)}</span></p>
<table class="ratios"><thead><tr><th></th><th class="n">${text(baseline)}</th><th class="n">${text(candidate)}</th><th class="n">ratio</th><th class="n">95 %</th></tr></thead>
<tbody>${quantiles.map(renderQuantile).join('')}</tbody></table></figure>`;
}

function renderQuantile({ quantile, baselineMs, candidateMs, ratio, low, high }: QuantileRatio): string {
  const tone = low > 1 ? 'slower' : high < 1 ? 'faster' : '';
  const interval = `${low.toFixed(2)}–${high.toFixed(2)}`;
  return `<tr><th>p${quantile * 100}</th><td class="n">${milliseconds(baselineMs)}</td><td class="n">${milliseconds(candidateMs)}</td><td class="n ${tone}">${ratio.toFixed(2)}</td><td class="n">${interval}</td></tr>`;
}

interface Scale {
  readonly x: (ms: number) => number;
  readonly ticks: readonly number[];
}

/** Logarithmic, because latencies have long tails; a tick at each power of ten, and at 3 times it where there are few. */
function createScale(low: number, high: number): Scale {
  const [from, to] = [Math.log10(low) - 0.05, Math.log10(high) + 0.05];
  const x = (ms: number): number => LEFT + ((Math.log10(Math.max(ms, MS_MIN)) - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const powers = Array.from({ length: 12 }, (_, index) => 10 ** (index - 3));
  const inside = (ms: number): boolean => Math.log10(ms) >= from && Math.log10(ms) <= to;
  const tens = powers.filter(inside);
  return { x, ticks: tens.length >= 3 ? tens : powers.flatMap((ms) => [ms, 3 * ms]).filter(inside) };
}

function renderGrid({ x, ticks }: Scale): string {
  const shares = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/><text x="${LEFT - 4}" y="${y(share) + 3}" text-anchor="end">${share * 100}%</text>`,
  );
  const times = ticks.map(
    (ms) =>
      `<line x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="${y(1)}" y2="${y(0)}"/><text x="${x(ms).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${shortTime(ms)}</text>`,
  );
  return `<g class="grid">${shares.join('')}${times.join('')}</g>`;
}

function shortTime(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${Number(ms.toPrecision(1))} ms`;
}

function y(share: number): number {
  return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
}

function curve(points: readonly number[], { x }: Scale): string {
  const steps = points.map((ms, index) => `${x(ms).toFixed(1)},${y(index / (points.length - 1)).toFixed(1)}`);
  return `M${steps.join('L')}`;
}
