import { findKey, hashKey } from '@stagegate/gateway-engine/auth';
import {
  hideSecretMembers,
  keptClientHeaders,
  keptQuery,
  keptUrl,
  presentedSecrets,
  toRecordedBody,
  type CallRecord,
  type RecordedAnswer,
  type RecordedAttempt,
} from '@stagegate/gateway-engine/record';
import { compileRoutes, ROUTES } from '@stagegate/gateway-engine/routes';
import { readHar, type HarEntry } from './har-file.ts';
import { openHeaders } from './open-headers.ts';

/** A record, and what must not be in it. */
export interface ImportedRecord {
  readonly record: CallRecord;
  readonly secrets: readonly string[];
}

/** Records of HAR files, and what of them is none. */
export interface HarRecords {
  readonly records: readonly ImportedRecord[];
  /** Entries on no route that calls a model, or that could not be read. */
  readonly passedOver: number;
  /** Entries of the provider's file that belong to no call. */
  readonly unmatched: number;
}

/**
 * Calls as a client's HAR file tells of them, and, where there is one, a provider's: an entry of it belongs to the call that
 * was running when it began, and that has none yet. Without it a record has no attempts, and what was sent is not compared.
 */
export function recordsOfHar(clientPath: string, providerPath: string | undefined): HarRecords {
  const client = readHar(clientPath);
  const waiting = providerPath === undefined ? [] : [...readHar(providerPath).entries];
  const match = compileRoutes(ROUTES);
  const records = client.entries.flatMap((entry, index) => {
    const found = match(entry.method, entry.url.pathname);
    if (found.kind !== 'route' || found.route.kind !== 'call') return [];
    const at = waiting.findIndex(({ startedMs }) => startedMs >= entry.startedMs && startedMs <= entry.startedMs + entry.durationMs);
    const [sent] = at === -1 ? [] : waiting.splice(at, 1);
    return [toRecord(entry, `har-${index + 1}-${entry.startedMs}`, found.route.id, sent)];
  });
  return { records, passedOver: client.entries.length - records.length + client.unreadable, unmatched: waiting.length };
}

function toRecord(entry: HarEntry, id: string, route: string, sent: HarEntry | undefined): ImportedRecord {
  const header = (name: string): string | undefined => entry.requestHeaders[name];
  const key = findKey(header);
  const query = entry.url.search.slice(1);
  const secrets = presentedSecrets(header, query);
  if (sent !== undefined) secrets.push(...presentedSecrets((name) => sent.requestHeaders[name], sent.url.search.slice(1)));
  const hide = (body: Buffer): RecordedAttempt['request']['body'] => hideSecretMembers(body, (secret) => secrets.push(secret));
  const attempt = sent === undefined ? undefined : toAttempt(sent, entry.startedMs, hide);
  const record: CallRecord = {
    version: 1,
    id,
    startedMs: entry.startedMs,
    origin: 'har',
    lane: 'reference',
    route,
    caller: key === undefined ? {} : { keyHash: hashKey(key) },
    ambient: { callId: id, nowSeconds: Math.floor(entry.startedMs / 1000) },
    client: {
      method: entry.method,
      path: entry.url.pathname,
      query: keptQuery(query),
      headers: keptClientHeaders(header),
      body: hide(entry.requestBody),
    },
    ...(attempt !== undefined && { deployment: attempt.deployment }),
    attempts: attempt === undefined ? [] : [attempt],
    answer: toAnswer(entry, 0),
  };
  return { record, secrets };
}

function toAttempt(sent: HarEntry, callMs: number, hide: (body: Buffer) => RecordedAttempt['request']['body']): RecordedAttempt {
  return {
    deployment: { id: 'unknown', provider: sent.url.hostname, model: '', modelGroup: '' },
    atMs: sent.startedMs - callMs,
    request: {
      method: sent.method,
      url: keptUrl(sent.url.href),
      headers: openHeaders(sent.requestHeaders),
      auth: { kind: 'none' },
      body: hide(sent.requestBody),
    },
    answer: toAnswer(sent, sent.startedMs - callMs),
  };
}

/** HAR keeps a body as one, decoded, and times its end. */
function toAnswer({ status, responseHeaders, responseBody, durationMs }: HarEntry, fromMs: number): RecordedAnswer {
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = openHeaders(responseHeaders);
  const endMs = fromMs + durationMs;
  return { status, headers, atMs: endMs, body: toRecordedBody(responseBody), pieces: [[responseBody.length, endMs]] };
}
