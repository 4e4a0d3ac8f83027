import type { Cluster } from '../../verdict/cluster.ts';
import type { Exhibit } from '../../verdict/comparison.ts';
import { reproduceCommand, type ParityRun } from '../parity-run.ts';
import { text, whole } from './html.ts';

/** Places that are shown; the others are counted. */
const CLUSTERS_MAX = 200;

/** What each surface is called. */
const SURFACES = {
  request: 'outbound request',
  answer: 'answer',
  status: 'status and error',
  headers: 'headers',
  effects: 'side effects',
  bug: 'bug',
} as const;

/** Every place where sides differ, with an example, the command that plays it, and both sides beside each other. */
export function renderDifferences(
  clusters: readonly Cluster[],
  exhibits: readonly (readonly [id: string, exhibit: Exhibit])[],
  run: ParityRun,
): string {
  if (clusters.length === 0) return '';
  const shown = clusters.slice(0, CLUSTERS_MAX).map((cluster, index) => renderCluster(cluster, exhibits, run, index === 0));
  const more = clusters.length > CLUSTERS_MAX ? `<p class="hint">and ${whole(clusters.length - CLUSTERS_MAX)} more places</p>` : '';
  return `<h3>Differences by place</h3>
<p class="hint"><kbd>j</kbd> next, <kbd>k</kbd> previous, <kbd>Enter</kbd> opens and closes, <kbd>/</kbd> filters</p>
<div class="clusters">${shown.join('')}</div>${more}`;
}

function renderCluster(
  { path, surface, comparisons, sides, exampleId, example }: Cluster,
  exhibits: readonly (readonly [id: string, exhibit: Exhibit])[],
  run: ParityRun,
  open: boolean,
): string {
  // The example itself where it was kept, else another call with the same sides.
  const fitting = exhibits.filter(([, exhibit]) => exhibit.surface === surface && exhibit.sides === example.sides);
  const exhibited = fitting.find(([id]) => id === exampleId) ?? fitting[0];
  const command = reproduceCommand(run, exampleId);
  const [left, right] = bothSides(example.sides);
  return `<details class="cluster"${open ? ' open' : ''}><summary><span class="count">${whole(comparisons)}</span><code>${text(path)}</code><span class="chip ${surface}">${SURFACES[surface]}</span><span class="sides">${sides.map(text).join(', ')}</span></summary>
<dl><dt>call</dt><dd><code>${text(exampleId)}</code></dd><dt>at</dt><dd><code>${text(example.path)}</code></dd><dt>${text(left)} has</dt><dd class="before"><code>${text(example.expected)}</code></dd><dt>${text(right)} has</dt><dd class="after"><code>${text(example.got)}</code></dd><dt>play it</dt><dd><code class="command">${text(command)}</code> <button type="button" class="copy">copy</button></dd></dl>
${exhibited === undefined ? '' : renderExhibit(exhibited)}</details>`;
}

/** A lane alone is held against the record. */
function bothSides(sides: string): readonly [left: string, right: string] {
  const [left = '', right] = sides.split('/');
  return right === undefined ? ['record', left] : [left, right];
}

function renderExhibit([id, { sides, surface, rows }]: readonly [string, Exhibit]): string {
  const [left, right] = bothSides(sides);
  const lines = rows.map(
    ([expected, got, differs]) => `<tr${differs === 1 ? ' class="differs"' : ''}><td>${text(expected)}</td><td>${text(got)}</td></tr>`,
  );
  return `<div class="exhibit" tabindex="0" role="region" aria-label="${text(`${surface} of ${id}: ${left} and ${right}`)}"><table><thead><tr><th>${text(left)}</th><th>${text(right)} <small>${text(id)}</small></th></tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}
