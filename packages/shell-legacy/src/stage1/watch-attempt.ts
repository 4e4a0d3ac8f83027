import { AnswerMeter, endsUncounted, isChargedByAnswer } from '@stagegate/gateway-engine/billing';
import { limitedTokens, readUsage } from '@stagegate/gateway-engine/routing';
import type { PlannedCall } from './call-provider.ts';
import { chargeStream, isCharged } from './charge-answer.ts';
import type { App, Exchange } from './parts.ts';

/** Tells the router, the caller's limits and the account of spend of one attempt, from its first byte to its last. */
export class AttemptWatch {
  readonly askedMs: number;
  readonly meter: AnswerMeter;
  readonly #app: App;
  readonly #exchange: Exchange;
  readonly #planned: PlannedCall;
  #firstMs: number | undefined;
  #shownText: string | undefined;
  #ended = false;

  constructor(app: App, exchange: Exchange, planned: PlannedCall) {
    this.#app = app;
    this.#exchange = exchange;
    this.#planned = planned;
    this.askedMs = app.clock.monotonicMs();
    const { deployment, plan, transform, client } = planned;
    this.meter = new AnswerMeter({
      guessesTokens: isCharged(app) && endsUncounted(plan.dialect, client.body.value),
      seeksModel: isChargedByAnswer(deployment, transform, plan.stream),
      keepsText: app.config.keepsSaid === true && app.spending !== undefined,
    });
    app.router.began(planned.request, deployment, this.askedMs);
  }

  /**
   * Text for the client, which means that the deployment answers well.
   *
   * in: `shown`: the answer as the client sees it, where it holds more than `text` because part of it was cached.
   */
  gave(text: string, shown?: string): void {
    this.#shownText = shown;
    if (this.#firstMs === undefined) {
      this.#firstMs = this.#app.clock.monotonicMs();
      this.#app.router.answered(this.#planned.request, this.#planned.deployment, this.#firstMs);
    }
    this.meter.gave(text);
  }

  /** The second time it does nothing: a whole answer has ended before its head says what is left. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { router, clock, config } = this.#app;
    const { request, deployment, plan } = this.#planned;
    const nowMs = clock.monotonicMs();
    if (this.#firstMs === undefined) return router.ended(request, deployment, undefined, nowMs);
    const usage = readUsage(this.meter.text);
    const times = {
      latencySeconds: (nowMs - this.askedMs) / 1000 / Math.max(1, usage.completion),
      firstEventSeconds: request.stream ? (this.#firstMs - this.askedMs) / 1000 : undefined,
    };
    router.ended(request, deployment, { times, usage }, nowMs);
    const counted = this.#shownText === undefined ? usage : readUsage(this.#shownText);
    this.#exchange.hold?.told(limitedTokens(counted, config.tokenRateLimitType));
    // A whole answer has been charged already: its head says what it costs.
    if (plan.stream) chargeStream(this.#app, this.#exchange, this.#planned, this, { firstMs: this.#firstMs, endedMs: nowMs });
  }
}
