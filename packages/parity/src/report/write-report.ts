import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@stagegate/gateway-engine/files';
import type { Comparison } from '../verdict/comparison.ts';
import type { ParityReport } from './build-report.ts';
import { renderPage } from './page/render-page.ts';
import { renderJunit } from './render-junit.ts';
import { renderMarkdown } from './render-markdown.ts';

/** The formats of a report. */
export const REPORT_FORMATS = ['html', 'md', 'json', 'junit'] as const;

/** A format of a report. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The file name for each format. */
const FILES: Readonly<Record<ReportFormat, string>> = { html: 'parity.html', md: 'parity.md', json: 'parity.json', junit: 'junit.xml' };

/**
 * Writes a report into a folder, which is created if it is missing.
 *
 * out:    the files, in the order of the formats.
 * errors: throws when writing fails.
 */
export function writeReport(
  folder: string,
  formats: readonly ReportFormat[],
  report: ParityReport,
  comparisons: readonly Comparison[],
): readonly string[] {
  makeFolder(folder);
  return formats.map((format) => {
    const file = join(folder, FILES[format]);
    writeFileSync(file, render(format, report, comparisons));
    return file;
  });
}

function render(format: ReportFormat, report: ParityReport, comparisons: readonly Comparison[]): string {
  switch (format) {
    case 'html':
      return renderPage(report);
    case 'md':
      return renderMarkdown(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'junit':
      return renderJunit(report, comparisons);
  }
}
