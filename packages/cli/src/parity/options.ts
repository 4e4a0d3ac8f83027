import { REPORT_FORMATS, type ReportFormat } from '@stagegate/parity/command';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { Exit } from '../serve/exit.ts';

/** The lanes that calls are played through. */
export interface AskedLanes {
  /** Our own lanes, each once, in the order of their stages. */
  readonly lanes: readonly HttpLane[];
  /** The Python of lane `reference`; undefined where it was not asked for. */
  readonly referencePython: string | undefined;
}

/** Reads `--lanes` and the Python for lane `reference`. Throws Exit for a lane that cannot be replayed. */
export function readLanes(text: string, python: string | undefined): AskedLanes {
  const asked = readList('--lanes', text, [...HTTP_LANES, REFERENCE]);
  const lanes = asked.filter((lane) => lane !== REFERENCE);
  if (lanes.length === 0) throw new Exit(2, `--lanes: expected a lane of ours to hold against ${REFERENCE}`);
  if (asked.includes(REFERENCE) !== (python !== undefined))
    throw new Exit(2, `--lanes ${REFERENCE} and --reference-python go together: LiteLLM is started over the recorded provider`);
  return { lanes, referencePython: python };
}

const REFERENCE = 'reference';

/** Reads the formats of a report. Throws Exit for an unknown one. */
export function readFormats(text: string): readonly ReportFormat[] {
  return readList('--format', text, REPORT_FORMATS);
}

function readList<One extends string>(option: string, text: string, known: readonly One[]): readonly One[] {
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  return words.map((word) => {
    const found = known.find((name) => name === word);
    if (found === undefined) throw new Exit(2, `${option}: expected ${known.join(', ')}, found "${word}"`);
    return found;
  });
}

/** Reads a number within bounds. Throws Exit for anything else. */
export function readNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Exit(2, `${option}: expected a number from ${least} to ${most}, found "${text}"`);
  return value;
}

/** Reads a share: `2/4` is the third of four. Throws Exit for anything else. */
export function readShare(text: string | undefined): { readonly index: number; readonly of: number } | undefined {
  if (text === undefined) return undefined;
  const [, index, of] = /^(\d+)\/(\d+)$/u.exec(text) ?? [];
  if (index === undefined || of === undefined || Number(index) >= Number(of))
    throw new Exit(2, `--share: expected a share such as 0/4, found "${text}"`);
  return { index: Number(index), of: Number(of) };
}
