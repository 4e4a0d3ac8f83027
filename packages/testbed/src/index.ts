export { deepFreeze, isJsonRecord, type Json, type JsonRecord } from './json.ts';
export { findChromium } from './find-chromium.ts';
export { findFreePort } from './find-free-port.ts';
export { loadRecorded } from './load-recorded.ts';
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
export type { Script, ScriptedEnd, SeenRequest } from './upstream/script.ts';
export { SCRIPT_HEADER, startFakeUpstream, type FakeUpstream } from './upstream/start-fake-upstream.ts';
export { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
export { startRedis, type TestRedis } from './start-redis.ts';
export { startRedisCluster, startRedisSentinel, tellRedis, type TestServers } from './start-redis-cluster.ts';
