import { routedFor } from '@stagegate/gateway-engine/auth';
import type { Caller } from '@stagegate/gateway-engine/ports';
import { configuredFallbacks, isFallbackType, listsForClaudeCode, type FallbackType } from '@stagegate/gateway-engine/routing';
import { writeWhole } from '../node/write-whole.ts';
import { headerOf, headersOf, queryOf, type App, type Exchange } from './parts.ts';
import { inAnthropicsShape } from './quirks/models-for-anthropics-clients.ts';
import type { OwnRoute } from './route-table.ts';
import { displayNames, findCard, listCards, type ModelCard } from './model-cards.ts';

/** Answers what needs no provider. */
export function answerHere(app: App, exchange: Exchange, serves: OwnRoute['serves'], model: string | undefined, caller: Caller): void {
  const reply = (status: number, body: unknown): void => {
    writeWhole(exchange.outgoing, status, { 'content-type': 'application/json' }, JSON.stringify(body));
  };
  switch (serves) {
    case 'models': {
      const query = new URLSearchParams(queryOf(exchange));
      const type = query.get('include_metadata') === 'true' ? (query.get('fallback_type') ?? 'general') : undefined;
      if (type !== undefined && !isFallbackType(type)) {
        return reply(400, { detail: "Invalid fallback_type. Must be one of: ['general', 'context_window', 'content_policy']" });
      }
      const listed = listCards(app, caller, query.get('return_wildcard_routes') === 'true');
      const cards = type === undefined ? listed : listed.map((card) => withFallbacks(app, card, type));
      if (headerOf(exchange, 'anthropic-version') === undefined) return reply(200, { data: cards, object: 'list' });
      return reply(
        200,
        inAnthropicsShape(
          cards,
          displayNames(app, caller),
          listsForClaudeCode(headersOf(exchange)) ? routedFor(app.findDeployments, caller) : undefined,
        ),
      );
    }
    case 'model': {
      const card = findCard(app, caller, model ?? '');
      if (card !== undefined)
        return reply(200, { ...card, owned_by: app.findDeployments(card.id, caller)[0]?.provider.id ?? card.owned_by });
      return reply(404, { detail: `The model \`${model ?? ''}\` does not exist or is not accessible` });
    }
    case 'telemetry':
      // Claude Code's own, which is not stored.
      return reply(200, { status: 'ok' });
    case 'liveliness':
      return app.isClosing?.() === true ? reply(503, { status: 'shutting_down' }) : reply(200, "I'm alive!");
    case 'readiness':
      if (app.isClosing?.() === true) return reply(503, { status: 'shutting_down' });
      if (app.store === undefined) return reply(200, { status: 'healthy', db: 'Not connected' });
      if (app.store.state() === 'ready') return reply(200, { status: 'healthy', db: 'connected' });
      return reply(503, { status: 'healthy', db: 'disconnected' });
  }
}

function withFallbacks({ config }: App, card: ModelCard, type: FallbackType): ModelCard {
  return { ...card, metadata: { fallbacks: configuredFallbacks(config.router, type, card.id) } };
}
