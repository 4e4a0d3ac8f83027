import { parseArgs } from 'node:util';
import { HTTP_LANES, type HttpLane } from '../lanes/lane-factory.ts';

/** Ways to play that can be asked for. */
export const LANES: readonly LaneName[] = [...HTTP_LANES, 'core'];

/** One way to play. */
export type LaneName = HttpLane | 'core';

/** The options of the command line. */
export interface Options {
  /** Undefined: the repository's copy. */
  readonly directory: string | undefined;
  readonly filter: string;
  readonly lanes: readonly LaneName[];
  readonly knownFile: string | undefined;
  readonly jsonFile: string | undefined;
  /** The folder for a verdict and its reports. */
  readonly reportFolder: string | undefined;
}

/** The help text. */
export const USAGE = `Usage: vectors [options]

Play golden vectors through lanes.

Options:
  --dir <folder>     golden vectors (default: the repository's own)
  --filter <glob>    only those whose path fits: 'messages/anthropic/*-stream' (default: all)
  --lane <name>      hono, legacy-thin, legacy-io, core or all (default: hono)
  --known <file>     cases that are known to fail: exactly these may
  --json <file>      write every case as JSON
  --report <folder>  write a verdict and its reports
  -h, --help         display this help

Exit codes: 0 nothing failed, or what is known; 1 something else; 2 a command that cannot be.`;

/** Reads the command line. out: the options, or a message about what is wrong, or `help` where that was asked for. */
export function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string' },
        filter: { type: 'string' },
        lane: { type: 'string' },
        known: { type: 'string' },
        json: { type: 'string' },
        report: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return 'help';
    const lanes = toLanes(values.lane ?? 'hono');
    if (lanes.length === 0) return `--lane: expected ${LANES.join(', ')} or all, found ${values.lane ?? ''}`;
    return {
      directory: values.dir,
      filter: values.filter ?? '**',
      lanes,
      knownFile: values.known,
      jsonFile: values.json,
      reportFolder: values.report,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function toLanes(name: string): readonly LaneName[] {
  return name === 'all' ? LANES : LANES.filter((lane) => lane === name);
}
