import { piecesOf, type CallRecord, type RecordedAnswer, type RecordedAttempt, type RecordedBody } from '@stagegate/gateway-engine/record';
import { readRecord } from './read-folder.ts';
import { lengthOf } from './summarize.ts';

/** Prints the record with an id or a prefix of it. Exit 1 when no record or several match. */
export async function showRecord(id: string, { records, json }: { readonly records: string; readonly json?: true }): Promise<void> {
  const record = await readRecord(records, id);
  process.stdout.write(`${json === true ? JSON.stringify(record, undefined, 2) : renderRecord(record).join('\n')}\n`);
}

function renderRecord(record: CallRecord): string[] {
  const { id, startedMs, lane, rule, route, caller, client, declined, failure, attempts, answer } = record;
  const query = client.query === '' ? '' : `?${client.query}`;
  return [
    `${id}  ${new Date(startedMs).toISOString()}  lane ${lane}${rule === undefined ? '' : `, rule ${rule}`}, route ${route}`,
    `caller: ${
      Object.entries(caller)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ') || 'not known'
    }`,
    ...(declined === undefined ? [] : [`declined by ${declined.by}: ${declined.reason}`]),
    '',
    `▸ client asked  ${client.method} ${client.path}${query}`,
    ...renderHeaders(client.headers),
    ...renderBody(client.body),
    ...attempts.flatMap((attempt, index) => renderAttempt(attempt, index)),
    '',
    `◂ client got  ${answer.status} after ${answer.atMs} ms`,
    ...renderAnswer(answer),
    ...(failure === undefined ? [] : [`  broke off: ${failure.kind}: ${failure.message}`]),
  ];
}

function renderAttempt({ deployment, atMs, request, answer, failure }: RecordedAttempt, index: number): string[] {
  const { provider, model, modelGroup } = deployment;
  return [
    '',
    `▸ attempt ${index + 1}, at ${atMs} ms, to ${provider}/${model} (${modelGroup})  ${request.method} ${request.url}`,
    ...renderHeaders({ ...request.headers, '(credential)': request.auth.kind }),
    ...renderBody(request.body),
    ...(answer === undefined ? [] : [`◂ provider said  ${answer.status} at ${answer.atMs} ms`, ...renderAnswer(answer)]),
    ...(failure === undefined ? [] : [`  failed: ${failure.kind}: ${failure.message}`]),
  ];
}

function renderHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
}

function renderAnswer(answer: RecordedAnswer): string[] {
  const { headers, pieces } = answer;
  const cut = pieces.length > 1 ? piecesOf(answer) : undefined;
  if (cut === undefined) return [...renderHeaders(headers), ...renderBody(answer.body)];
  return [
    ...renderHeaders(headers),
    '',
    ...cut.map((piece, index) => `  ${String(pieces[index]?.[1] ?? '').padStart(9)} ms  ${JSON.stringify(piece.toString())}`),
  ];
}

function renderBody(body: RecordedBody): string[] {
  if ('text' in body) return body.text === '' ? [] : ['', ...body.text.split('\n').map((line) => `  ${line}`)];
  if ('base64' in body) return ['', `  (${lengthOf(body)} bytes that are no text)`];
  return ['', `  (${body.bytes} bytes, not kept${'sha256' in body ? `; sha-256 ${body.sha256}` : ''})`];
}
