import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readVerdicts, type RuleVerdict, type VerdictsFile } from '@stagegate/gateway-engine/cutover';
import { makeFolder } from '@stagegate/gateway-engine/files';
import { toVerdictsFile, type ParityReport } from '../report/build-report.ts';
import type { Terminal } from './terminal.ts';

/** Writes the verdicts of a run, whole or not at all: a gate may read the file at any time. `keepsOthers`: those of other rules stay in it. */
export function writeVerdicts(file: string, report: ParityReport, keepsOthers: boolean, terminal: Terminal): void {
  const made = toVerdictsFile(report);
  const judged = new Set(report.rules.map(({ rule }) => rule.name));
  const others = keepsOthers ? verdictsOfOthers(file, judged, terminal) : [];
  const written: VerdictsFile = { ...made, verdicts: [...made.verdicts, ...others] };
  makeFolder(dirname(file));
  const temporary = join(dirname(file), `.verdicts-${process.pid}.json`);
  writeFileSync(temporary, `${JSON.stringify(written, null, 2)}\n`);
  renameSync(temporary, file);
}

/** With the time they were made at. */
function verdictsOfOthers(file: string, judged: ReadonlySet<string>, terminal: Terminal): readonly RuleVerdict[] {
  const { verdicts, problem } = readVerdicts(file);
  if (problem !== undefined) terminal.error(`verdicts of other rules are lost: ${problem}\n`);
  return verdicts.filter(({ rule }) => !judged.has(rule)).map(({ fileHash: _fileHash, ...verdict }) => verdict);
}
