import { DEFAULT_GATE } from '@stagegate/gateway-engine/ports';
import { readFileSync, writeFileSync } from 'node:fs';
import { isJsonRecord, loadDeployments, loadVectors, type LoadedVector } from '@stagegate/testbed';
import { ACCEPTED_DIFFERENCES } from '../compare/accepted-differences.ts';
import { disagreements, readKnown } from './known.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { playVectors, staleAccepted, type PlayResult } from './play.ts';
import { HTTP_LANES } from '../lanes/lane-factory.ts';
import { buildReport } from '../report/build-report.ts';
import type { ParityRun } from '../report/parity-run.ts';
import { REPORT_FORMATS, writeReport } from '../report/write-report.ts';
import { createPlayers } from './players.ts';
import { countOutcomes, renderReport } from './report.ts';
import { toComparisons, VECTORS_RULE } from './to-comparisons.ts';

/**
 * The `vectors` command: plays recorded cases through lanes and reports where they differ.
 *
 * out: exit code 0 when nothing failed (with `--known`: when exactly the listed cases fail), 1 otherwise, 2 for a wrong command line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n(vectors --help tells more)\n`);
    return 2;
  }
  const vectors = loadVectors(options.directory, options.filter);
  if (vectors.length === 0) {
    process.stderr.write(`no vectors match ${options.filter}\n`);
    return 2;
  }
  const players = createPlayers(options.lanes, vectors, loadDeployments(options.directory));
  const result = await playVectors(vectors, players, ACCEPTED_DIFFERENCES);
  await Promise.all(players.map((player) => player.close()));
  process.stdout.write(renderReport(result));
  if (options.jsonFile !== undefined) writeJson(options.jsonFile, result);
  const reported = options.reportFolder === undefined ? [] : report(options.reportFolder, options, result, vectors);
  const problems = [...findProblems(options, result), ...reported];
  if (problems.length > 0) process.stderr.write(`${problems.join('\n')}\n`);
  if (options.knownFile === undefined && countOutcomes(result.cases).failed > 0) return 1;
  return problems.length > 0 ? 1 : 0;
}

function findProblems(options: Options, result: PlayResult): readonly string[] {
  const isFullSet = options.directory === undefined && options.filter === '**' && options.lanes.length > 1;
  return [
    ...(options.knownFile === undefined ? [] : disagreements(result.cases, readKnown(options.knownFile))),
    ...(isFullSet ? [...staleAccepted(result, ACCEPTED_DIFFERENCES, new Date().toISOString().slice(0, 10)), ...fewerExact(result)] : []),
  ];
}

/** A problem where fewer streams are exact than the committed count, which is a floor and is raised with each improvement. */
function fewerExact({ exactStreams }: PlayResult): readonly string[] {
  const floor: unknown = JSON.parse(readFileSync(new URL('../../exact-streams.json', import.meta.url), 'utf8'));
  if (!isJsonRecord(floor) || typeof floor['minimum'] !== 'number') return ['exact-streams.json: expected { minimum }'];
  return exactStreams < floor['minimum'] ? [`${exactStreams} streams exact, ${floor['minimum']} were before`] : [];
}

/** Judges the vectors by a rule's default gate, and writes the report. out: the problems that fail the command. */
function report(
  folder: string,
  { lanes, directory, knownFile }: Options,
  result: PlayResult,
  vectors: readonly LoadedVector[],
): readonly string[] {
  const from = directory === undefined ? '' : ` --dir ${directory}`;
  const run: ParityRun = {
    version: 1,
    source: 'vectors',
    from: `${vectors.length} golden vectors${from}`,
    madeAt: new Date().toISOString(),
    lanes,
    rules: [
      { name: VECTORS_RULE, serving: 'reference', candidates: HTTP_LANES.filter((lane) => lanes.includes(lane)), gate: DEFAULT_GATE },
    ],
    reproduce: `pnpm vectors --lane ${lanes.length === 1 ? lanes[0] : 'all'}${from} --filter '**/{id}'`,
  };
  const comparisons = toComparisons(result.cases, vectors, knownFile === undefined ? [] : readKnown(knownFile));
  const made = buildReport(run, comparisons);
  const files = writeReport(folder, REPORT_FORMATS, made, comparisons);
  process.stdout.write(`parity: ${made.verdict}; see ${files[0]}\n`);
  return made.verdict === 'fail' ? [`parity: ${made.rules.flatMap(({ verdict }) => verdict.why).join('; ')}`] : [];
}

function writeJson(file: string, { cases, acceptedCounts, exactStreams }: PlayResult): void {
  const summary = { ...countOutcomes(cases), exactStreams, acceptedDifferences: Object.fromEntries(acceptedCounts), cases };
  writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
