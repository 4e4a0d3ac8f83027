import type { Deployment, RateHold } from '@stagegate/gateway-engine/ports';
import { limitedTokens, readUsage, type PickRequest } from '@stagegate/gateway-engine/routing';
import type { App, Exchange } from './parts.ts';

/** Keeps the router informed of one attempt, from its first byte to its last. */
export class AttemptWatch {
  readonly #app: App;
  readonly #request: PickRequest;
  readonly #deployment: Deployment;
  readonly #hold: RateHold | undefined;
  readonly #askedMs: number;
  #firstMs: number | undefined;
  #usageText = '';

  constructor(app: App, { hold }: Exchange, request: PickRequest, deployment: Deployment) {
    this.#app = app;
    this.#request = request;
    this.#deployment = deployment;
    this.#hold = hold;
    this.#askedMs = app.clock.monotonicMs();
    app.router.began(request, deployment, this.#askedMs);
  }

  /** Text for the client: the deployment answers well. */
  gave(text: string): void {
    if (this.#firstMs === undefined) {
      this.#firstMs = this.#app.clock.monotonicMs();
      this.#app.router.answered(this.#request, this.#deployment, this.#firstMs);
    }
    if (text.includes('"usage"')) this.#usageText = text;
  }

  end(): void {
    const { router, clock, config } = this.#app;
    const nowMs = clock.monotonicMs();
    if (this.#firstMs === undefined) return router.ended(this.#request, this.#deployment, undefined, nowMs);
    const usage = readUsage(this.#usageText);
    const times = {
      latencySeconds: (nowMs - this.#askedMs) / 1000 / Math.max(1, usage.completion),
      firstEventSeconds: this.#request.stream ? (this.#firstMs - this.#askedMs) / 1000 : undefined,
    };
    router.ended(this.#request, this.#deployment, { times, tokens: usage.total }, nowMs);
    this.#hold?.told(limitedTokens(usage, config.tokenRateLimitType));
  }
}
