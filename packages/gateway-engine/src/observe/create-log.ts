import { styleText } from 'node:util';
import { pino } from 'pino';
import type { Log, LogFields } from '../ports/index.ts';
import { renderLine } from './render-line.ts';

/** What is written: this, and what weighs more. `silent`: nothing. */
export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

const LEVELS: readonly LogLevel[] = ['info', 'warn', 'error', 'silent'];
const COLOURS = { info: 'green', warn: 'yellow', error: 'red' } as const;

/** The log of a serving process: one JSON line per event on standard output. */
export function createLog(level: LogLevel): Log {
  const logger = pino({ level, base: null });
  return {
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  };
}

/** The same for somebody who sits at a terminal, on standard output: lines that are read, in colour where the terminal has it. */
export function createTerminalLog(level: LogLevel): Log {
  const writer =
    (own: 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return;
      const mark = styleText(COLOURS[own], own.toUpperCase().padEnd(5));
      process.stdout.write(`${renderLine(new Date(), mark, event, fields)}\n`);
    };
  return { info: writer('info'), warn: writer('warn'), error: writer('error') };
}
