export {
  bytesOf,
  piecesOf,
  toRecordedBody,
  type CallRecord,
  type RecordedAnswer,
  type RecordedAttempt,
  type RecordedBody,
  type RecordedCaller,
  type RecordedClientRequest,
  type RecordedDeployment,
  type RecordedPiece,
  type RecordedProviderRequest,
} from './call-record.ts';
export { packRecord } from './record-codec.ts';
export { readRecords, type ReadOptions, type RecordProblem } from './read-records.ts';
export { RecordWriter, type DiskState, type RecordCounts, type RecordWriterOptions } from './record-writer.ts';
