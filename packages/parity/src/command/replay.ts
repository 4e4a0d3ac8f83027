import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { makeFolder } from '@stagegate/gateway-engine/files';
import { readRecords } from '@stagegate/gateway-engine/record';
import { ACCEPTED_DIFFERENCES, type AcceptedDifference } from '../compare/accepted-differences.ts';
import type { HttpLane } from '../lanes/lane-factory.ts';
import { ACCEPTED_OF_MIXED_TRAFFIC } from '../reference/accepted.ts';
import { startReferencePlayer } from '../reference/reference-player.ts';
import { findStale, parseAccepted, suggestEntry } from '../replay/accepted-file.ts';
import { toReplayConfig } from '../replay/replay-config.ts';
import { replayRecords, type ReplayOptions } from '../replay/replay-records.ts';
import { beginRun, ComparisonWriter, isSameRun, readRun, writeRun } from '../replay/run-files.ts';
import { toRunRules } from '../replay/run-rules.ts';
import { buildReport, exitCodeOf, toVerdictsFile, type ParityReport } from '../report/build-report.ts';
import type { ParityRun } from '../report/parity-run.ts';
import { describeMismatch } from '../verdict/cluster.ts';
import { percent } from '../verdict/judge-gate.ts';
import { Progress } from './progress.ts';
import { spawnShares } from './shares.ts';
import type { Terminal } from './terminal.ts';

/** What `parity replay` was asked for, checked. */
export interface ReplayCommand {
  readonly records: string;
  readonly config: LoadedConfig;
  /** As given, for the commands that the report shows. */
  readonly configFile: string;
  readonly lanes: readonly HttpLane[];
  /** A Python that has LiteLLM, which then plays every call as well; undefined: it is not asked. */
  readonly referencePython: string | undefined;
  /** Where the run is kept. */
  readonly out: string;
  /** Where the verdicts go, for gates to read. */
  readonly verdictsFile: string;
  readonly jobs: number;
  /** Set in a process that plays a share for another. */
  readonly share: { readonly index: number; readonly of: number } | undefined;
  readonly resume: boolean;
  readonly noiseShare: number;
  readonly acceptedFile: string | undefined;
  readonly showContent: boolean;
  readonly codeHash: string | undefined;
}

const SUGGESTIONS_MAX = 5;
const SUGGESTION_DAYS = 90;
const SHOWN_MAX = 20;

/**
 * Replays records and judges them.
 *
 * out:    exit code 0 pass, 1 fail, 3 inconclusive; the run, and the verdicts that gates read, are in their files.
 * errors: throws with one line for a person when the records or a file cannot be read or written.
 */
export async function runReplay(command: ReplayCommand, terminal: Terminal): Promise<number> {
  const own = readOwnAccepted(command.acceptedFile);
  // An earlier run is not given up for records that are not there.
  statSync(command.records);
  const shared = command.referencePython === undefined ? ACCEPTED_DIFFERENCES : [...ACCEPTED_DIFFERENCES, ...ACCEPTED_OF_MIXED_TRAFFIC];
  const run = toRun(command);
  const options = toOptions(command, run, [...shared, ...own]);
  if (command.share !== undefined) return playShare(options, command, terminal);
  const before = command.resume ? readRun(command.out) : undefined;
  const goesOn = before !== undefined && isSameRun(before.run, run);
  if (command.resume && !goesOn)
    terminal.error('nothing to go on with: the earlier run was of other calls, rules or code; starting over\n');
  if (!goesOn) beginRun(command.out, run);
  if (command.jobs > 1) await playShares(options, command, terminal);
  else await playAll(options, command, terminal);
  const stored = readRun(command.out);
  if (stored === undefined) throw new Error(`${command.out}: the run cannot be read back`);
  const used = new Set(stored.comparisons.flatMap(({ reasons }) => reasons));
  const ended = { ...stored.run, problems: findStale(ACCEPTED_DIFFERENCES, own, used, today()) };
  writeRun(command.out, ended);
  const report = buildReport(ended, stored.comparisons);
  writeVerdicts(command.verdictsFile, report);
  terminal.out(summarise(report, command));
  return exitCodeOf(report);
}

function readOwnAccepted(file: string | undefined): readonly AcceptedDifference[] {
  if (file === undefined) return [];
  const entries = parseAccepted(readFileSync(file, 'utf8'));
  if (typeof entries === 'string') throw new Error(`${file}${entries.startsWith('[') ? '' : ': '}${entries}`);
  return entries;
}

function toRun({ records, config, configFile, lanes: own, referencePython, codeHash }: ReplayCommand): ParityRun {
  const lanes = referencePython === undefined ? own : ['reference', ...own];
  const python = referencePython === undefined ? '' : ` --reference-python ${referencePython}`;
  return {
    version: 1,
    source: 'records',
    from: `records of ${records}`,
    madeAt: new Date().toISOString(),
    lanes,
    rules: toRunRules(config, own, codeHash),
    reproduce: `npm run stagegate -- parity explain {id} --records ${records} --config ${configFile} --lanes ${lanes.join(',')}${python}`,
  };
}

function toOptions(
  { records, config, noiseShare, showContent }: ReplayCommand,
  { rules }: ParityRun,
  accepted: readonly AcceptedDifference[],
): ReplayOptions {
  return {
    records,
    config: toReplayConfig(config),
    rules,
    accepted,
    noiseShare,
    showContent,
    share: { index: 0, of: 1 },
    skips: () => false,
  };
}

async function playAll(options: ReplayOptions, command: ReplayCommand, terminal: Terminal): Promise<void> {
  const { referencePython: python } = command;
  const reference = python === undefined ? undefined : await startReferencePlayer(python, options.config);
  try {
    const progress = new Progress(terminal, terminal.isWatched ? await countRecords(command.records) : undefined);
    const all = { ...options, ...(reference !== undefined && { reference }), skips: doneBefore(command) };
    await play(all, command.out, terminal, (mismatched) => progress.add(1, mismatched));
    progress.end();
  } finally {
    await reference?.close();
  }
}

async function playShares(options: ReplayOptions, command: ReplayCommand, terminal: Terminal): Promise<void> {
  const progress = new Progress(terminal, terminal.isWatched ? await countRecords(options.records) : undefined);
  await spawnShares(command.jobs, (done, mismatched) => progress.add(done, mismatched));
  progress.end();
}

/** In a process of its own: what is done is told in lines that the first process reads. */
async function playShare(options: ReplayOptions, command: ReplayCommand, terminal: Terminal): Promise<number> {
  const share = command.share ?? options.share;
  await play(
    { ...options, share, skips: doneBefore(command) },
    command.out,
    terminal,
    (mismatched) => terminal.out(`${mismatched}\n`),
    share.index,
  );
  return 0;
}

async function play(
  options: ReplayOptions,
  out: string,
  terminal: Terminal,
  onDone: (mismatched: number) => void,
  share = 0,
): Promise<void> {
  const writer = new ComparisonWriter(out, share);
  let lost = 0;
  await replayRecords(options, {
    onComparison: (comparison) => {
      writer.write(comparison);
      onDone(comparison.outcome === 'mismatched' ? 1 : 0);
    },
    onProblem: ({ file, offset, kind, records, message }) => {
      lost += records;
      if (share === 0) terminal.error(`${file} at ${offset}: ${kind}, ${message}${records > 0 ? `; ${records} records lost` : ''}\n`);
    },
  });
  writer.flush();
  if (lost > 0 && share === 0) terminal.error(`${lost} records could not be read\n`);
}

/** A run that begins has an empty folder. */
function doneBefore({ out }: ReplayCommand): (id: string) => boolean {
  const done = new Set(readRun(out)?.comparisons.map(({ id }) => id));
  return (id) => done.has(id);
}

async function countRecords(records: string): Promise<number> {
  let count = 0;
  for await (const _ of readRecords(records)) count += 1;
  return count;
}

/** Whole or not at all: a gate may read it at any time. */
function writeVerdicts(file: string, report: ParityReport): void {
  makeFolder(dirname(file));
  const temporary = join(dirname(file), `.verdicts-${process.pid}.json`);
  writeFileSync(temporary, `${JSON.stringify(toVerdictsFile(report), null, 2)}\n`);
  renameSync(temporary, file);
}

function summarise(report: ParityReport, { out, verdictsFile }: ReplayCommand): string {
  const lines = report.rules.flatMap(({ rule, verdict }) => [
    `${rule.name}: ${verdict.verdict}; ${verdict.samples} samples, ${verdict.mismatched} mismatched, ${verdict.accepted} accepted, at most ${percent(verdict.bound)} differ`,
    ...verdict.why.slice(0, SHOWN_MAX).map((reason) => `  ${reason}`),
    ...verdict.clusters
      .slice(0, SHOWN_MAX)
      .map(({ path, comparisons, example }) => `  ${comparisons} × ${path}: ${describeMismatch(example)}`),
  ]);
  const clusters = report.rules.flatMap(({ verdict }) => verdict.clusters).filter(({ sides }) => sides.some((side) => !side.includes('/')));
  const suggestions = clusters.slice(0, SUGGESTIONS_MAX).map((cluster) => `  ${suggestEntry(cluster, daysFromToday(SUGGESTION_DAYS))}`);
  return `${[
    ...lines,
    ...countLines(report, 'notCompared', 'not compared'),
    ...countLines(report, 'declined', 'declined'),
    ...report.problems,
    ...(suggestions.length === 0 ? [] : ['to accept such differences, write a reason and put in a file for --accepted:', ...suggestions]),
    `parity: ${report.verdict}; run in ${out}, verdicts in ${verdictsFile}`,
  ].join('\n')}\n`;
}

/** What was no sample, and why: else a verdict of few samples cannot be understood. */
function countLines({ rules }: ParityReport, kind: 'notCompared' | 'declined', words: string): string[] {
  const counts = new Map<string, number>();
  for (const { verdict } of rules)
    for (const [reason, count] of Object.entries(verdict[kind])) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => `${count} ${words}: ${reason}`);
}

function today(): string {
  return daysFromToday(0);
}

function daysFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
