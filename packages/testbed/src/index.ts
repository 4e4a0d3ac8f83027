export { deepFreeze, isJsonRecord, type Json, type JsonRecord } from './json.ts';
export { loadDeployments, loadVectors, VECTORS_DIR } from './vectors/load-vectors.ts';
export type {
  ClientRequestMeta,
  Deployment,
  LitellmParams,
  LoadedVector,
  RecordedBody,
  RecordedExchange,
  RecordedRequest,
  RecordedStream,
  RecordedText,
  Vector,
  VectorTag,
} from './vectors/vector.ts';
