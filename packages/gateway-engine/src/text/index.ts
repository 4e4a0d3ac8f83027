export { durationMs, parseDuration, parsePeriod, periodMs, type Duration } from './duration.ts';
export { pythonInstant, pythonList, pythonNumber, pythonText } from './python-text.ts';
