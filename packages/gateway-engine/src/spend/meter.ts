import type { Budget, Redis, SpendMark, SpendScope } from '../ports/index.ts';
import type { SharedSpend } from './share-spend.ts';

/** What one owner's calls have cost since the process began, USD. A class: it is read and added to by each call. */
export class Meter implements SharedSpend {
  readonly name: string;
  readonly scope: SpendScope;
  readonly id: string;
  counted = 0;
  /** Of it, what is in the database, and what was before it was last written. */
  written = 0;
  writtenBefore = 0;
  writtenAt: SpendMark = 0;
  /** Somebody holds a budget of it: it may not be forgotten when nothing is owed. */
  asked = false;
  usedMs: number;
  pending = 0;
  /** By the row that was read last, less what was counted before; undefined: rows were set anew since. */
  from: number | undefined;
  /** What all instances have spent, and set aside, where they tell each other. */
  shared: number | undefined;
  /** For calls that run: how many, and what is set aside for them. */
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

  /** What the others are to be told. */
  tell(usd: number): void {
    this.pending += usd;
    if (this.shared !== undefined) this.shared += usd;
  }

  reserve(usd: number): void {
    this.holds += 1;
    this.reserved += usd;
  }

  /** Sums of floats do not come back to nothing by themselves. */
  release(usd: number): void {
    this.holds -= 1;
    this.reserved = this.holds === 0 ? 0 : this.reserved - usd;
  }
}

/** A budget whose spend goes on while others read it. A class: its spend is read once per call. */
export class LiveBudget implements Budget {
  readonly max: number | undefined;
  readonly meter: Meter;
  readonly #redis: Redis | undefined;
  /** What the row says, less what was counted before it was read. */
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

  /** The row's, and what was counted since. */
  get charged(): number {
    return this.#from + this.meter.counted;
  }

  /** Without what others have told: the row's, what was counted since, and what is set aside. */
  get own(): number {
    return this.charged + this.meter.reserved;
  }

  /** What others have told may be more than what is in the row; less it is only where they know less. */
  get spend(): number {
    const { own } = this;
    const { shared } = this.meter;
    return shared !== undefined && shared > own ? shared : own;
  }
}
