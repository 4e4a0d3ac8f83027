import type { CallTape, Recorder, TapedCall } from '../ports/index.ts';
import { scrub } from './known-secrets.ts';
import { packTape, type PackOptions } from './pack-tape.ts';
import { RecordWriter, type RecordCounts, type RecordWriterOptions } from './record-writer.ts';
import { createRedactor } from './create-redactor.ts';
import type { Redaction } from './read-redaction.ts';
import { Tape } from './tape.ts';
import { TapeMemory } from './taped-body.ts';

/** What is recorded, and where to: `migration.record`. */
export interface RecordSettings extends Pick<PackOptions, 'content'>, Pick<RecordWriterOptions, 'dir' | 'bytesMax'> {
  /** The share of calls, 0 to 1. */
  readonly sample: number;
  readonly redact: readonly Redaction[];
}

/** What a recorder needs beside its settings. */
export interface RecorderContext extends Pick<RecordWriterOptions, 'files' | 'onDisk'>, Pick<PackOptions, 'keyHeaderName'> {
  /** In [0, 1). */
  readonly random: () => number;
  /** Wall clock. */
  readonly nowMs: () => number;
}

/** A recorder that writes to files. */
export interface FileRecorder extends Recorder {
  readonly counts: RecordCounts;
  /** Writes all that has ended; resolves when it is on disk, or was dropped. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What calls that still run may hold, in characters or bytes; beyond it the next ones are not recorded, and counted as dropped. */
const HELD_MAX = 256 * 1_048_576;

/** So many calls are packed together: one by one, each finds the processor's caches full of other things. 48 and 128 were measured to be no better. */
const PACKED_TOGETHER = 16;
/** Or so much of them, in characters or bytes: what is packed together holds up everything else for as long. */
const PACKED_LENGTH_MAX = 524_288;
/** What ended waits no longer for others. */
const PACK_MS = 50;

/** Makes a recorder. Calls are packed some at a time, after the turn in which the last of them ended: never while one is answered. */
export function createRecorder(settings: RecordSettings, context: RecorderContext): FileRecorder {
  const { sample, content, redact } = settings;
  const writer = new RecordWriter({ ...settings, ...context });
  const options: PackOptions = { content, redactor: createRedactor(redact), keyHeaderName: context.keyHeaderName };
  const memory = new TapeMemory();
  let ended: Tape[] = [];
  let endedLength = 0;
  let timer: NodeJS.Timeout | undefined;
  const pack = (): void => {
    const tapes = ended;
    ended = [];
    endedLength = 0;
    clearTimeout(timer);
    timer = undefined;
    for (const tape of tapes) {
      const made = packTape(tape, options);
      if (made !== undefined) writer.append(made.packed, (bytes) => scrub(bytes, made.needles));
      tape.release();
    }
  };
  const end = (tape: Tape): void => {
    endedLength += tape.length;
    if (ended.push(tape) >= PACKED_TOGETHER || endedLength >= PACKED_LENGTH_MAX) setImmediate(pack);
    else timer ??= setTimeout(pack, PACK_MS);
  };
  const begin = (call: TapedCall): CallTape | undefined => {
    if (sample < 1 && context.random() >= sample) return undefined;
    if (memory.length < HELD_MAX) return new Tape(call, context.nowMs(), memory, end);
    writer.counts.dropped += 1;
    return undefined;
  };
  const flush = (): Promise<void> => {
    pack();
    return writer.flush();
  };
  return {
    begin,
    counts: writer.counts,
    flush,
    close: async () => {
      pack();
      await writer.close();
    },
  };
}
