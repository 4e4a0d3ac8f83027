import { randomBytes } from 'node:crypto';
import { packRecord, RecordWriter } from '../src/record/index.ts';
import { callRecord } from './call-record.ts';

/** A process that records without end until somebody stops it: `write-records.ts DIR`. Each line it prints is what it has counted so far. */
const [, , dir = ''] = process.argv;
const writer = new RecordWriter({ dir, bytesMax: 1e9 });
let number = 0;
const base = callRecord('');
setInterval(() => {
  for (let more = 0; more < 20; more += 1) {
    const body = { text: JSON.stringify({ noise: randomBytes(400).toString('base64') }) };
    writer.append(packRecord({ ...base, id: String(number), client: { ...base.client, body } }));
    number += 1;
  }
  process.stdout.write(`${JSON.stringify(writer.counts)}\n`);
}, 5);
