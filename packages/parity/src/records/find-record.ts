import { readRecords, type CallRecord, type ReadOptions } from '@stagegate/gateway-engine/record';

/**
 * Finds a record by its id, or by how its id begins.
 *
 * in:     a folder of segments, or one of them.
 * out:    the record; a text instead says why it is none, or not one alone.
 * errors: rejects when folder or file is not there.
 */
export async function findRecord(records: string, id: string, options: ReadOptions = {}): Promise<CallRecord | string> {
  let [first, begun]: [CallRecord | undefined, number] = [undefined, 0];
  for await (const record of readRecords(records, options)) {
    if (record.id === id) return record;
    if (!record.id.startsWith(id)) continue;
    first ??= record;
    begun += 1;
  }
  if (first === undefined) return `no record in ${records} has an id that begins with ${id}`;
  return begun === 1 ? first : `${begun} records in ${records} have an id that begins with ${id}`;
}
