export { findRecord } from './find-record.ts';
export { recordsOfHar, type HarRecords, type ImportedRecord } from './from-har.ts';
export { recordsOfVectors } from './from-vectors.ts';
