export { createLog, createTerminalLog, type LogLevel } from './create-log.ts';
