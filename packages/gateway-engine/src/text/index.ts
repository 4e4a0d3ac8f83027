export { durationMs, parseDuration, parsePeriod, periodMs, type Duration } from './duration.ts';
export { KEY_LENGTH_MIN, nameKey } from './name-key.ts';
export { matchesPattern } from './match-pattern.ts';
export { REFERENCE_VERSION } from './reference-version.ts';
export { toPlain } from './to-plain.ts';
export { pythonInstant, pythonIsoInstant, pythonList, pythonNumber, pythonText } from './python-text.ts';
