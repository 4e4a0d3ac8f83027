import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../verdict/comparison.ts';
import type { Verdict } from '../verdict/judge-gate.ts';
import { renderJunit } from './render-junit.ts';
import { renderMarkdown } from './render-markdown.ts';

/** Writes verdict.json, parity.md and junit.xml of one verdict into a folder, which is made if it is missing. Throws when it cannot. */
export function writeReport(folder: string, verdict: Verdict, comparisons: readonly Comparison[], reproduce: (id: string) => string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
  writeFileSync(join(folder, 'parity.md'), renderMarkdown(verdict, reproduce));
  writeFileSync(join(folder, 'junit.xml'), renderJunit(comparisons));
}
