import { existsSync } from 'node:fs';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { countRecords, readRecords, type RecordPart, type RecordProblem } from '@stagegate/gateway-engine/record';
import { ACCEPTED_DIFFERENCES, type AcceptedDifference } from '../compare/accepted-differences.ts';
import type { HttpLane } from '../lanes/lane-factory.ts';
import { sharedAccepted } from '../reference/accepted.ts';
import { startReferencePlayer, type ReferencePlayer } from '../reference/reference-player.ts';
import { findStale, readAccepted } from '../replay/accepted-file.ts';
import { toReplayConfig, wordUnset } from '../replay/replay-config.ts';
import { replayRecords, type ReplayOptions } from '../replay/replay-records.ts';
import { beginRun, ComparisonWriter, isSameRun, readRun, writeRun } from '../replay/run-files.ts';
import { toRunRules } from '../replay/run-rules.ts';
import { buildReport, exitCodeOf, type ParityReport } from '../report/build-report.ts';
import { narrowRun } from '../report/narrow-run.ts';
import type { ParityRun } from '../report/parity-run.ts';
import { counted } from './word-counts.ts';
import { Progress } from './progress.ts';
import { summarise } from './replay-summary.ts';
import { spawnShares, type ShareNews } from './shares.ts';
import type { Terminal } from './terminal.ts';
import { writeVerdicts } from './write-verdicts.ts';

/** What `parity replay` was asked for, checked. */
export interface ReplayCommand {
  readonly records: string;
  readonly config: LoadedConfig;
  /** As given, for the commands that the report shows. */
  readonly configFile: string;
  readonly lanes: readonly HttpLane[];
  /** Plays their calls alone; absent: those of every rule. */
  readonly rules?: readonly string[];
  /** A Python that has LiteLLM, which then plays every call as well; undefined: it is not asked. */
  readonly referencePython: string | undefined;
  /** Where the run is kept. */
  readonly out: string;
  /** Where the verdicts go, for gates to read. */
  readonly verdictsFile: string;
  readonly jobs: number;
  /** Set in a process that plays a share for another. */
  readonly share: RecordPart | undefined;
  readonly resume: boolean;
  readonly noiseShare: number;
  readonly acceptedFile: string | undefined;
  readonly showContent: boolean;
  readonly codeHash: string | undefined;
  /** Prints the report as JSON instead of words. */
  readonly json?: boolean;
  /** Aborted: the run stops where it is, and can go on from there. */
  readonly signal?: AbortSignal;
}

const SUGGESTION_DAYS = 90;
/** What a process ends with that was broken off: 128 and the signal's number. */
const BROKEN_OFF = 130;

/**
 * Replays records and judges them.
 *
 * out:    exit code 0 pass, 1 fail, 3 inconclusive; the run, and the verdicts that gates read, are in their files. 130 when it was broken
 *         off, and no verdict.
 * errors: throws with one line for a person when the records or a file cannot be read or written.
 */
export async function runReplay(command: ReplayCommand, terminal: Terminal): Promise<number> {
  const own = readAccepted(command.acceptedFile);
  const run = toRun(command);
  const options = toOptions(command, run, [...sharedAccepted(command.referencePython), ...own]);
  if (command.share !== undefined) return playShare(options, command, terminal);
  // An earlier run, and its verdicts, are not given up for records that are not there.
  await expectRecords(command.records, terminal);
  for (const line of wordUnset(command.config)) terminal.error(`${line}\n`);
  const before = command.resume ? readRun(command.out) : undefined;
  const goesOn = before !== undefined && isSameRun(before.run, run);
  if (command.resume && !goesOn) {
    const why = before === undefined ? `${command.out} holds no run` : 'the earlier run was of other calls, rules or code';
    terminal.error(`nothing to go on with: ${why}; starting over\n`);
  }
  const reference = await startReference(command, options, terminal);
  try {
    if (!goesOn) beginRun(command.out, run);
    if (command.jobs > 1) await playShares(command, terminal);
    else await playAll({ ...options, ...(reference !== undefined && { reference }) }, command, terminal);
  } finally {
    await reference?.close();
  }
  const stored = readRun(command.out);
  if (stored === undefined) throw new Error(`${command.out}: the run cannot be read back`);
  if (command.signal?.aborted === true) {
    terminal.error(
      `broken off after ${counted(stored.comparisons.length, 'record')}; no verdict. The same command with --resume goes on\n`,
    );
    return BROKEN_OFF;
  }
  const used = new Set(stored.comparisons.flatMap(({ reasons }) => reasons));
  const { unfinished: _unfinished, ...played } = stored.run;
  // What other rules' calls may need has not been asked of them.
  const needed = command.rules === undefined ? used : new Set([...used, ...own.map(({ id }) => id)]);
  const ended = { ...played, problems: findStale(ACCEPTED_DIFFERENCES, own, needed, daysFromToday(0)) };
  writeRun(command.out, ended);
  const report = buildReport(ended, stored.comparisons);
  writeVerdicts(command.verdictsFile, report, command.rules !== undefined, terminal);
  tellReport(report, command, terminal);
  return exitCodeOf(report);
}

function tellReport(report: ParityReport, { json, out, verdictsFile }: ReplayCommand, terminal: Terminal): void {
  const words = [
    ...summarise(report, daysFromToday(SUGGESTION_DAYS)),
    '',
    `parity: ${report.verdict}; run in ${out}, verdicts in ${verdictsFile}`,
  ];
  terminal.out(`${json === true ? JSON.stringify(report, undefined, 2) : words.join('\n')}\n`);
}

/** Throws when there is nothing to play, after saying what there is instead. */
async function expectRecords(records: string, terminal: Terminal): Promise<void> {
  if (!existsSync(records))
    throw new Error(`${records} does not exist; migration.record in a gateway's config makes records (docs/recording.md)`);
  const problems: RecordProblem[] = [];
  for await (const _ of readRecords(records, { onProblem: (problem) => problems.push(problem) })) return;
  for (const problem of problems) terminal.error(`${wordProblem(problem)}\n`);
  throw new Error(`${records} holds no records that can be read; nothing was played`);
}

function wordProblem({ file, offset, kind, message, records }: RecordProblem): string {
  const lost = records === 0 ? '' : ` (${counted(records, 'record')})`;
  return `passed over: ${file}, byte ${offset}: ${kind}: ${message}${lost}`;
}

function toRun(command: ReplayCommand): ParityRun {
  const { records, config, configFile, lanes: own, rules: asked, referencePython, acceptedFile, codeHash } = command;
  const lanes = referencePython === undefined ? own : ['reference', ...own];
  const more = [
    ...(referencePython === undefined ? [] : [` --reference-python ${referencePython}`]),
    ...(acceptedFile === undefined ? [] : [` --accepted ${acceptedFile}`]),
  ];
  const run: ParityRun = {
    version: 1,
    source: 'records',
    from: `calls recorded in ${records}`,
    madeAt: new Date().toISOString(),
    unfinished: true,
    lanes,
    rules: toRunRules(config, own, codeHash),
    reproduce: `npm run stagegate -- parity explain {id} --records ${records} --config ${configFile} --lanes ${lanes.join(',')}${more.join('')}`,
  };
  return narrowRun(run, asked);
}

function toOptions(
  { records, config, noiseShare, showContent, signal }: ReplayCommand,
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
    signal,
  };
}

async function startReference(
  { referencePython: python }: ReplayCommand,
  { config }: ReplayOptions,
  terminal: Terminal,
): Promise<ReferencePlayer | undefined> {
  if (python === undefined) return undefined;
  terminal.error('starting LiteLLM, which takes a while\n');
  return startReferencePlayer(python, config);
}

async function playAll(options: ReplayOptions, command: ReplayCommand, terminal: Terminal): Promise<void> {
  await watch(command, terminal, (onNews) => play({ ...options, skips: doneBefore(command) }, command.out, terminal, onNews));
}

async function playShares(command: ReplayCommand, terminal: Terminal): Promise<void> {
  await watch(command, terminal, (onNews) => spawnShares(command.jobs, onNews, command.signal));
}

/** Says how far it is, and at the end what was lost, and what was not asked for. */
async function watch(
  { records, out }: ReplayCommand,
  terminal: Terminal,
  run: (onNews: (news: ShareNews) => void) => Promise<void>,
): Promise<void> {
  const total = terminal.isWatched ? (await countRecords(records)) - (readRun(out)?.comparisons.length ?? 0) : undefined;
  const progress = new Progress(terminal, total);
  let [lost, others] = [0, 0];
  await run((news) => {
    if ('lost' in news) lost += news.lost;
    else progress.add(1, 'mismatched' in news ? news.mismatched : 0);
    if ('otherRule' in news) others += 1;
  });
  progress.end();
  if (others > 0) terminal.error(`${counted(others, 'record')} of other rules passed over\n`);
  if (lost > 0) terminal.error(`${counted(lost, 'record')} could not be read\n`);
}

/** In a process of its own. */
async function playShare(options: ReplayOptions, command: ReplayCommand, terminal: Terminal): Promise<number> {
  const share = command.share ?? options.share;
  await play({ ...options, share, skips: doneBefore(command) }, command.out, terminal, (news) => terminal.out(`${JSON.stringify(news)}\n`));
  return 0;
}

async function play(options: ReplayOptions, out: string, terminal: Terminal, onNews: (news: ShareNews) => void): Promise<void> {
  const writer = new ComparisonWriter(out, options.share.index);
  await replayRecords(options, {
    onComparison: (comparison) => {
      writer.write(comparison);
      onNews({ mismatched: comparison.outcome === 'mismatched' ? 1 : 0 });
    },
    onOtherRule: () => onNews({ otherRule: true }),
    onProblem: (problem) => {
      terminal.error(`${wordProblem(problem)}\n`);
      if (problem.records > 0) onNews({ lost: problem.records });
    },
  });
  writer.flush();
}

/** A run that begins has an empty folder. */
function doneBefore({ out }: ReplayCommand): (id: string) => boolean {
  const done = new Set(readRun(out)?.comparisons.map(({ id }) => id));
  return (id) => done.has(id);
}

function daysFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
