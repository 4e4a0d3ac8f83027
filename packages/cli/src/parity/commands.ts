import { join } from 'node:path';
import type { Environment } from '@stagegate/gateway-engine/config';
import type { Command } from 'commander';
import { DEMO_VARIABLE } from '../demo/demo-upstream.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Exit } from '../serve/exit.ts';
import type { ReadConfig } from '../serve/read-config.ts';
import { wordFileError } from '../serve/word-file-error.ts';

interface RawRecordOptions {
  readonly records: string;
  readonly config?: string;
  readonly lanes: string;
  readonly referencePython?: string;
  readonly accepted?: string;
  readonly showContent?: true;
  readonly json?: true;
}

interface RawReplayOptions extends RawRecordOptions {
  readonly data: string;
  readonly out?: string;
  readonly verdicts?: string;
  readonly jobs: string;
  readonly share?: string;
  readonly resume?: true;
  readonly noise: string;
  readonly rule?: readonly string[];
}

interface RawReportOptions {
  readonly data: string;
  readonly run?: string;
  readonly format: string;
  readonly out: string;
  readonly rule?: readonly string[];
  readonly json?: true;
}

const LANES = 'legacy-io,legacy-thin,hono';
const RUN_FOLDER = 'parity/run';
const VERDICTS = 'parity/verdicts.json';

// What a command needs is loaded by the command, so that --help and --version need none of it.

/** The `parity` commands. `finish` takes the exit code: 0 pass, 1 fail, 3 inconclusive, 2 for anything that prevents a verdict. */
export function addParityCommands(stagegate: Command, env: Environment, finish: (code: number) => void): void {
  const parity = stagegate.command('parity').description('Say whether lanes do the same: replay, judge, report, explain.');
  withRecordOptions(parity.command('replay').description('Play recorded calls through lanes and judge every migration rule.'))
    .option('--data <folder>', 'where runs and verdicts are kept', '.stagegate')
    .option('--out <folder>', `where this run is kept (default: <data>/${RUN_FOLDER})`)
    .option('--verdicts <file>', `where gates find the verdicts (default: <data>/${VERDICTS})`)
    .option('--rule <names...>', 'play the calls of these rules alone; verdicts of others stay (default: every rule)')
    .option('--jobs <n>', 'processes that play at the same time', '1')
    .option('--resume', 'go on where an earlier run of the same calls, rules and code stopped')
    .option('--noise <share>', 'share of the calls that a lane is given twice, to know how often it differs from itself', '0.05')
    .option('--share <index/of>', 'play one share of the records; --jobs starts these')
    .addHelpText('after', HELP_EXIT)
    .action(async (raw: RawReplayOptions) => finish(await replay(raw, env)));
  parity
    .command('report')
    .description('Write reports of a run.')
    .option('--data <folder>', 'where runs are kept', '.stagegate')
    .option('--run <folder>', `the run (default: <data>/${RUN_FOLDER})`)
    .option('--format <names>', 'html, md, json, junit (comma-separated)', 'html,md,json,junit')
    .option('--out <folder>', 'where the reports go', 'parity-report')
    .option('--rule <names...>', 'judge these rules alone: the verdict and the exit code are theirs (default: every rule)')
    .option('--json', 'write no files; print the JSON report')
    .addHelpText('after', HELP_REPORT_EXIT)
    .action(async (raw: RawReportOptions) => finish(await report(raw)));
  withRecordOptions(parity.command('explain').description("Show a recorded call's way through lanes, and where they part."))
    .argument('<id>', 'the record; the beginning of its id does')
    .addHelpText('after', HELP_EXPLAIN_EXIT)
    .action(async (id: string, raw: RawRecordOptions) => finish(await explain(id, raw, env)));
  parity
    .command('vectors')
    .description('Play golden vectors instead of records (from a checkout; its own options: vectors --help).')
    .allowUnknownOption()
    .argument('[words...]')
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { runVectors } = await import('@stagegate/parity/command');
      finish(await said(() => runVectors(words)));
    });
}

function withRecordOptions(command: Command): Command {
  return command
    .option('--records <folder>', 'recorded calls: a folder of segments, or one of them', 'records')
    .option('--config <file>', "LiteLLM's config file (default: config.yaml, else config.example.yaml)")
    .option('--lanes <names>', 'lanes to play, the first is held against the others; reference: LiteLLM itself', LANES)
    .option('--reference-python <file>', 'for lane reference: a Python that has LiteLLM, which is started over the recorded provider')
    .option('--accepted <file>', 'differences of your own that you accept: a JSON list (docs/parity.md)')
    .option('--show-content', 'show what people wrote instead of masking it')
    .option('--json', 'print JSON instead of words');
}

const HELP_EXIT = `
Exit codes: 0 pass, 1 fail, 3 inconclusive, 2 a command that cannot be, 130 broken off (--resume goes on).`;
const HELP_REPORT_EXIT = `
Exit codes: 0 pass, 1 fail, 3 inconclusive, 2 a command that cannot be.`;
const HELP_EXPLAIN_EXIT = `
Exit codes: 0 the same everywhere, 1 sides part, 3 a lane declined it, 2 a command that cannot be.`;

async function replay(raw: RawReplayOptions, env: Environment): Promise<number> {
  const { processTerminal, runReplay } = await import('@stagegate/parity/command');
  const { hashRunningCode } = await import('../gates/running-code.ts');
  const { readLanes, readNumber, readShare } = await import('./options.ts');
  const { file, config } = await readConfigFor(raw, env);
  const share = readShare(raw.share);
  const jobs = readNumber('--jobs', raw.jobs, 1, 64);
  const asked = readLanes(raw.lanes, raw.referencePython);
  if (jobs > 1 && asked.referencePython !== undefined) throw new Exit(2, '--jobs: LiteLLM plays calls one after the other');
  return said(() =>
    runReplay(
      {
        records: raw.records,
        config,
        configFile: file,
        ...asked,
        ...(raw.rule && { rules: raw.rule }),
        out: raw.out ?? join(raw.data, RUN_FOLDER),
        verdictsFile: raw.verdicts ?? join(raw.data, VERDICTS),
        jobs,
        share,
        resume: raw.resume === true,
        noiseShare: readNumber('--noise', raw.noise, 0, 1),
        acceptedFile: raw.accepted,
        showContent: raw.showContent === true,
        // Only the process that judges needs it.
        codeHash: share === undefined ? hashRunningCode() : undefined,
        json: raw.json === true,
        signal: stopAtInterrupt(),
      },
      processTerminal,
    ),
  );
}

async function report(raw: RawReportOptions): Promise<number> {
  const { processTerminal, runReport } = await import('@stagegate/parity/command');
  const { readFormats } = await import('./options.ts');
  const formats = readFormats(raw.format);
  const { out, rule: rules, json, run = join(raw.data, RUN_FOLDER) } = raw;
  return said(async () => runReport({ run, formats, out, ...(rules && { rules }), json: json === true }, processTerminal));
}

async function explain(id: string, raw: RawRecordOptions, env: Environment): Promise<number> {
  const { processTerminal, runExplain } = await import('@stagegate/parity/command');
  const { readLanes } = await import('./options.ts');
  const { config } = await readConfigFor(raw, env);
  const { records, showContent, json, accepted: acceptedFile } = raw;
  const asked = readLanes(raw.lanes, raw.referencePython);
  return said(() =>
    runExplain({ id, records, config, ...asked, acceptedFile, showContent: showContent === true, json: json === true }, processTerminal),
  );
}

/**
 * The config of a replay. It does not serve, so that guardrails that are not built are no error here. The demo provider does not run in a
 * replay, so any valid URL will do for it.
 */
async function readConfigFor({ config }: RawRecordOptions, env: Environment): Promise<ReadConfig> {
  const { readConfigFile } = await import('../serve/read-config.ts');
  return said(async () => readConfigFile(config, { [DEMO_VARIABLE]: 'http://127.0.0.1/v1', ...env }));
}

/** What a process ends with that was interrupted: 128 and the signal's number. */
const INTERRUPTED = 130;

/** Aborted by the first interrupt, so that results so far are kept; another ends the process at once. */
function stopAtInterrupt(): AbortSignal {
  const stop = new AbortController();
  onInterrupt(
    () => stop.abort(),
    () => process.exit(INTERRUPTED),
  );
  return stop.signal;
}

/** Turns errors that the user can act on into Exit 2 with one line, because exit code 1 is a verdict. A bug keeps its stack. */
async function said<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Exit) throw new Exit(2, error.message);
    if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) throw error;
    throw new Exit(2, 'path' in error && typeof error.path === 'string' ? wordFileError(error.path, error) : error.message);
  }
}
