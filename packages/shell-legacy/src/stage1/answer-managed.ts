import { scanRawObject, type JsonObject } from '@stagegate/core-transforms';
import type { ManagedMatch } from '@stagegate/gateway-engine/ports';
import { writeWhole } from '../node/write-whole.ts';
import { identifyCaller } from './admit-caller.ts';
import { headerOf, queryOf, type App, type Exchange } from './parts.ts';
import { bufferBody } from './read-request.ts';
import { refusedByTransform } from './refusal.ts';

/** Answers a call that manages the gateway: admitted callers are passed on, with what they sent. */
export async function answerManaged(app: App, exchange: Exchange, { route, places }: ManagedMatch): Promise<void> {
  const caller = await identifyCaller(app, exchange, route.access);
  const body = await readObject(app, exchange);
  const query = new URLSearchParams(queryOf(exchange));
  const answer = await route.answer({ caller, path: exchange.path, query, places, body, header: (name) => headerOf(exchange, name) });
  writeWhole(exchange.outgoing, answer.status, answer.headers, answer.body);
}

async function readObject(app: App, exchange: Exchange): Promise<JsonObject> {
  const bytes = await bufferBody(app, exchange);
  if (bytes.byteLength === 0) return {};
  const scanned = scanRawObject(bytes);
  if (!scanned.ok) throw refusedByTransform(scanned.error);
  return scanned.value.value;
}
