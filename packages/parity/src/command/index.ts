export { main as runVectors } from '../vectors/main.ts';
export { REPORT_FORMATS, type ReportFormat } from '../report/write-report.ts';
export { runExplain, type ExplainCommand } from './explain.ts';
export { runReplay, type ReplayCommand } from './replay.ts';
export { runReport, type ReportCommand } from './report.ts';
export { processTerminal, type Terminal } from './terminal.ts';
