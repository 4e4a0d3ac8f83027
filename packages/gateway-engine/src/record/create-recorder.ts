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
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A recorder that writes to files. */
export interface FileRecorder extends Recorder {
  readonly counts: RecordCounts;
  /** Writes all ended calls; resolves once they are on disk or were dropped. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The most that the tapes of calls may hold in memory, in characters or bytes. Beyond it, new calls are not recorded but counted as dropped. */
const HELD_MAX = 256 * 1_048_576;

/** Calls that are packed at once, because a single one finds the processor's caches cold. 48 and 128 were measured to be no better. */
const PACKED_TOGETHER = 16;
/** The most that is packed at once, in characters or bytes, because packing blocks the event loop. */
const PACKED_LENGTH_MAX = 524_288;
/** The longest that an ended call waits for others to be packed with. */
const PACK_MS = 50;

/** Makes a recorder. Calls are packed in groups after the turn in which the last of them ended, so that packing never delays an answer's end. */
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
