export { durationMs, parseDuration, parsePeriod, periodMs, type Duration } from './duration.ts';
export { pythonInstant, pythonIsoInstant, pythonList, pythonNumber, pythonText } from './python-text.ts';
