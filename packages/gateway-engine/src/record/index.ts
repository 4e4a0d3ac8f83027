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
export { keptClientHeaders, keptHeaders, keptQuery, keptUrl, MASKED, presentedSecrets } from './kept-headers.ts';
export { scrubOf } from './known-secrets.ts';
export { packRecord } from './record-codec.ts';
export { countRecords, readRecords, type ReadOptions, type RecordPart, type RecordProblem } from './read-records.ts';
export { RecordWriter, type DiskState, type RecordCounts, type RecordWriterOptions } from './record-writer.ts';
export { hideSecretMembers } from './secret-members.ts';
