import * as v from 'valibot';
import { readRedaction } from '../record/read-redaction.ts';
import type { ParsedRecord } from './parsed-config.ts';

const MEMBERS = 'a mapping of dir, sample, max_bytes, redact, content';
const DIR = 'a folder to write to';
const SAMPLE = 'a share of calls from 0 to 1';
const MAX_BYTES = 'a whole number of bytes, at least 1048576';
const CONTENT = 'keep, hash or drop';
const REDACTION = 'a JSON path that starts with "$", or a regular expression between slashes';

const BYTES_MIN = 1_048_576;
const BYTES_DEFAULT = 1_073_741_824;

const RedactionSchema = v.pipe(
  v.string(REDACTION),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const redaction = readRedaction(dataset.value);
    if (redaction !== undefined) return redaction;
    addIssue({ message: REDACTION });
    return NEVER;
  }),
);

/** `migration.record`: which calls are recorded, where to, and what is left out of them. */
export const RecordSchema: v.GenericSchema<unknown, ParsedRecord> = v.strictObject(
  {
    dir: v.pipe(v.string(DIR), v.nonEmpty(DIR)),
    sample: v.optional(v.pipe(v.number(SAMPLE), v.minValue(0, SAMPLE), v.maxValue(1, SAMPLE)), 1),
    max_bytes: v.optional(v.pipe(v.number(MAX_BYTES), v.integer(MAX_BYTES), v.minValue(BYTES_MIN, MAX_BYTES)), BYTES_DEFAULT),
    redact: v.optional(v.array(RedactionSchema, 'a list of JSON paths and regular expressions'), []),
    content: v.optional(v.picklist(['keep', 'hash', 'drop'], CONTENT), 'keep'),
  },
  ({ expected }) => (expected === '"dir"' ? DIR : MEMBERS),
);
