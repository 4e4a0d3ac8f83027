import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { systemClock, systemIds, type Log } from '@stagegate/gateway-engine/ports';
import type { FileRecorder } from '@stagegate/gateway-engine/record';

/** Records calls as `migration.record` says; undefined, and nothing loaded, when it is not there. */
export async function startRecorder({ record, keyHeaderName }: LoadedConfig, log: Log): Promise<FileRecorder | undefined> {
  if (record === undefined) return undefined;
  const { createRecorder } = await import('@stagegate/gateway-engine/record');
  const recorder = createRecorder(record, {
    keyHeaderName,
    random: systemIds.random,
    nowMs: systemClock.nowMs,
    onDisk: (state) => {
      if (state.ok) log.info('records are written again', { ...recorder.counts });
      else log.warn('records are dropped', { dir: record.dir, message: state.message });
    },
  });
  return {
    ...recorder,
    close: async () => {
      await recorder.close();
      log.info('records closed', { ...recorder.counts });
    },
  };
}
