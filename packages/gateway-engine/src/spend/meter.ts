import type { Budget, Redis, SpendMark, SpendScope } from '../ports/index.ts';
import type { SharedSpend } from './share-spend.ts';

/** What one owner's calls have cost since the process began, USD. A class, because each call reads it and adds to it. */
export class Meter implements SharedSpend {
  readonly name: string;
  readonly scope: SpendScope;
  readonly id: string;
  counted = 0;
  /** The part of `counted` that is in the database, and the part that was there before the last write. */
  written = 0;
  writtenBefore = 0;
  writtenAt: SpendMark = 0;
  /** A budget reads this meter, so it is kept even when all is written. */
  asked = false;
  usedMs: number;
  pending = 0;
  /** The spend of the row that was read last, less what was counted before; undefined: the row has been changed since. */
  from: number | undefined;
  /** What all instances have spent and set aside, where they share it; undefined: not known. */
  shared: number | undefined;
  /** The number of running calls that have set money aside, and the amount. */
  holds = 0;
  reserved = 0;

  constructor(name: string, scope: SpendScope, id: string, usedMs: number) {
    this.name = name;
    this.scope = scope;
    this.id = id;
    this.usedMs = usedMs;
  }

  get held(): boolean {
    return this.holds > 0;
  }

  known(told: number): number | undefined {
    return this.from === undefined ? undefined : this.from + this.counted + this.reserved - told;
  }

  heard(usd: number | undefined): void {
    this.shared = usd;
  }

  /** Adds an amount that other instances are to be told. */
  tell(usd: number): void {
    this.pending += usd;
    if (this.shared !== undefined) this.shared += usd;
  }

  reserve(usd: number): void {
    this.holds += 1;
    this.reserved += usd;
  }

  /** Ends one hold. Without holds the sum is set to 0, because sums of floats do not return to it exactly. */
  release(usd: number): void {
    this.holds -= 1;
    this.reserved = this.holds === 0 ? 0 : this.reserved - usd;
  }
}

/** A budget whose spend is live. A class, because it is read once per call. */
export class LiveBudget implements Budget {
  readonly max: number | undefined;
  readonly meter: Meter;
  readonly #redis: Redis | undefined;
  /** The spend of the row, less what was counted before it was read. */
  readonly #from: number;

  constructor(meter: Meter, { spend, max }: Budget, countedBefore: number, redis: Redis | undefined) {
    this.max = max;
    this.#redis = redis;
    this.meter = meter;
    this.#from = spend - countedBefore;
  }

  get shared(): boolean {
    return this.meter.shared !== undefined && this.#redis?.state() === 'ready';
  }

  /** The spend of the row, and what was counted since. */
  get charged(): number {
    return this.#from + this.meter.counted;
  }

  /** The spend that this process knows of: `charged`, and what is set aside. */
  get own(): number {
    return this.charged + this.meter.reserved;
  }

  /** The greater of the shared sum and the own: the shared one is only lower where the other instances know less. */
  get spend(): number {
    const { own } = this;
    const { shared } = this.meter;
    return shared !== undefined && shared > own ? shared : own;
  }
}
