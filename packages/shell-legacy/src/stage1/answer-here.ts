import type { Caller } from '@stagegate/gateway-engine/ports';
import { writeWhole } from '../node/write-whole.ts';
import { headerOf, queryOf, type App, type Exchange } from './parts.ts';
import { inAnthropicsShape } from './quirks/models-for-anthropics-clients.ts';
import type { OwnRoute } from './route-table.ts';
import { findCard, listCards } from './model-cards.ts';

/** Answers what needs no provider. */
export function answerHere(app: App, exchange: Exchange, serves: OwnRoute['serves'], model: string | undefined, caller: Caller): void {
  const reply = (status: number, body: unknown): void => {
    writeWhole(exchange.outgoing, status, { 'content-type': 'application/json' }, JSON.stringify(body));
  };
  switch (serves) {
    case 'models': {
      const cards = listCards(app, caller, new URLSearchParams(queryOf(exchange)).get('return_wildcard_routes') === 'true');
      return reply(200, headerOf(exchange, 'anthropic-version') === undefined ? { data: cards, object: 'list' } : inAnthropicsShape(cards));
    }
    case 'model': {
      const card = findCard(app, caller, model ?? '');
      if (card !== undefined) return reply(200, card);
      return reply(404, { detail: `The model \`${model ?? ''}\` does not exist or is not accessible` });
    }
    case 'liveliness':
      return app.isClosing?.() === true ? reply(503, { status: 'shutting_down' }) : reply(200, "I'm alive!");
    case 'readiness':
      if (app.isClosing?.() === true) return reply(503, { status: 'shutting_down' });
      if (app.store === undefined) return reply(200, { status: 'healthy', db: 'Not connected' });
      if (app.store.state() === 'ready') return reply(200, { status: 'healthy', db: 'connected' });
      return reply(503, { status: 'healthy', db: 'disconnected' });
  }
}
