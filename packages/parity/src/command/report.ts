import { buildReport, exitCodeOf } from '../report/build-report.ts';
import { writeReport, type ReportFormat } from '../report/write-report.ts';
import { readRun } from '../replay/run-files.ts';
import type { Terminal } from './terminal.ts';

/** What `parity report` was asked for, checked. */
export interface ReportCommand {
  /** The folder of a run. */
  readonly run: string;
  readonly formats: readonly ReportFormat[];
  readonly out: string;
  /** Prints the report as JSON and writes no files. */
  readonly json?: boolean;
}

/** Writes reports of a run. out: exit code 0 pass, 1 fail, 3 inconclusive. Throws when there is no run, or no writing. */
export function runReport({ run: folder, formats, out, json }: ReportCommand, terminal: Terminal): number {
  const stored = readRun(folder);
  if (stored === undefined) throw new Error(`${folder} holds no run; make one with: stagegate parity replay --records FOLDER`);
  const report = buildReport(stored.run, stored.comparisons);
  if (json === true) {
    terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
    return exitCodeOf(report);
  }
  const files = writeReport(out, formats, report, stored.comparisons);
  const unfinished = stored.run.unfinished === true ? ', of a run that has not ended (stagegate parity replay … --resume)' : '';
  terminal.out(`parity: ${report.verdict}${unfinished}\n${files.map((file) => `${file}\n`).join('')}`);
  return exitCodeOf(report);
}
