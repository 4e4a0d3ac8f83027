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
export { createRecorder, type FileRecorder, type RecorderContext, type RecordSettings } from './create-recorder.ts';
export { keptHeaders, keptQuery, keptUrl, MASKED } from './kept-headers.ts';
export { packRecord } from './record-codec.ts';
export { readRecords, type ReadOptions, type RecordProblem } from './read-records.ts';
export { RecordWriter, type DiskState, type RecordCounts, type RecordWriterOptions } from './record-writer.ts';
