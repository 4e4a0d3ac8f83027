import { parseArgs } from 'node:util';
import { HTTP_LANES, type HttpLane } from '../lanes/lane-factory.ts';

/** Ways to play that can be asked for. */
export const LANES: readonly LaneName[] = [...HTTP_LANES, 'core'];

/** One way to play. */
export type LaneName = HttpLane | 'core';

/** What the command line asks for. */
export interface Options {
  /** Undefined: the repository's copy. */
  readonly directory: string | undefined;
  readonly filter: string;
  readonly lanes: readonly LaneName[];
  readonly knownFile: string | undefined;
  readonly jsonFile: string | undefined;
  /** Where to write a verdict and its reports. */
  readonly reportFolder: string | undefined;
}

/** One line of how to call it. */
export const USAGE =
  'vectors [--dir DIR] [--filter GLOB] [--lane hono|legacy-thin|legacy-io|core|all] [--known FILE] [--json FILE] [--report DIR]';

/** Reads the command line; a text instead of options says what is wrong with it, or is `help`, which was asked for. */
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
