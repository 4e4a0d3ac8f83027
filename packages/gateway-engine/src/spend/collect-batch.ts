import type { SpendScope } from '../ports/index.ts';
import {
  PROXY_BUDGET_USER,
  type LogPile,
  type LogRows,
  type NewSpendLogRow,
  type ProxySpend,
  type SpendBatch,
  type SpendOfMember,
} from '../store/index.ts';
import { memberId, windowId } from '../tenants/index.ts';
import { DayCollector, type DailyCall } from './collect-days.ts';
import type { SpendOwner } from './owners-of.ts';

/** Sums up calls until they are written. */
export class SpendCollector {
  /** USD by the id of the owner, by kind of owner. */
  readonly #spend = new Map<SpendOwner['scope'], Map<string, number>>();
  readonly #members = new Map<string, NonNullable<SpendOwner['member']>>();
  readonly #windows = new Map<string, NonNullable<SpendOwner['window']>>();
  readonly #logs: LogPile;
  readonly #days = new DayCollector();
  readonly #carried: number;
  #added = 0;
  #left = 0;
  #usd = 0;

  /** in: `logs` with the rows that wait. Rows that are there already belong to calls whose spend was written. */
  constructor(logs: LogPile) {
    this.#logs = logs;
    this.#carried = logs.waiting;
  }

  /** The number of calls, those of rows that the last batch left included. */
  get calls(): number {
    return this.#carried + this.#added;
  }

  /** The number of calls without those. */
  get added(): number {
    return this.#added;
  }

  /** The number of rows that were dropped because too many wait. */
  get left(): number {
    return this.#left;
  }

  /** The cost of all calls, USD. */
  get usd(): number {
    return this.#usd;
  }

  /** Adds a call. in: whom it is charged to; its cost in USD; its row of the log, undefined where none is kept; what it adds to its day. */
  add(owners: readonly SpendOwner[], usd: number, log: NewSpendLogRow | undefined, day: DailyCall): void {
    this.#added += 1;
    this.#days.add(day);
    this.#usd += usd;
    if (log !== undefined && !this.#logs.add(log)) this.#left += 1;
    for (const { scope, id, member, window } of owners) {
      const spend = this.#of(scope);
      spend.set(id, (spend.get(id) ?? 0) + usd);
      if (member !== undefined) this.#members.set(id, member);
      if (window !== undefined) this.#windows.set(id, window);
    }
  }

  /** All of the spend, and the first rows; the others are left for the next batch. */
  toBatch(proxy: ProxySpend | undefined): SpendBatch {
    return {
      keys: this.#of('key'),
      users: this.#of('user'),
      teams: this.#of('team'),
      organizations: this.#of('organization'),
      projects: this.#of('project'),
      endUsers: this.#of('end_user'),
      tags: this.#of('tag'),
      accessGroups: this.#of('model_access_group'),
      teamMembers: this.#membersOf('member'),
      organizationMembers: this.#membersOf('organization_member'),
      logs: this.#logs.take(),
      windows: [...this.#windows].map(([id, window]) => ({ window, usd: this.#of('window').get(id) ?? 0 })),
      days: this.#days.toRows(),
      proxy,
    };
  }

  #of(scope: SpendOwner['scope']): Map<string, number> {
    let spend = this.#spend.get(scope);
    if (spend === undefined) {
      spend = new Map();
      this.#spend.set(scope, spend);
    }
    return spend;
  }

  #membersOf(scope: SpendOwner['scope']): readonly SpendOfMember[] {
    return [...this.#of(scope)].flatMap(([id, usd]) => {
      const member = this.#members.get(id);
      return member === undefined ? [] : [{ ...member, usd }];
    });
  }
}

const NO_ROWS: LogRows = { length: 0, texts: () => [] };

const NOTHING: SpendBatch = {
  keys: new Map(),
  users: new Map(),
  teams: new Map(),
  organizations: new Map(),
  projects: new Map(),
  endUsers: new Map(),
  tags: new Map(),
  accessGroups: new Map(),
  teamMembers: [],
  organizationMembers: [],
  logs: NO_ROWS,
  windows: [],
  days: [],
};

/** Splits a batch into one part for each table; empty parts are left out. */
export function partsOf({ users, proxy, days, ...batch }: SpendBatch): readonly SpendBatch[] {
  const parts: SpendBatch[] = [];
  // The proxy's spend is a row of the table of users.
  if (users.size > 0 || proxy !== undefined) parts.push({ ...NOTHING, users, proxy });
  for (const [name, spend] of Object.entries(batch)) {
    const size = 'size' in spend ? spend.size : spend.length;
    if (size > 0) parts.push({ ...NOTHING, [name]: spend });
  }
  for (const ofScope of days) parts.push({ ...NOTHING, days: [ofScope] });
  return parts;
}

/** A batch with its spend only: without the rows of the log and of days. */
export function withoutRows(batch: SpendBatch): SpendBatch {
  return { ...batch, logs: NO_ROWS, days: [] };
}

/** The amounts of a batch, USD, for which there are budgets. */
export function* meteredAmounts(batch: SpendBatch): Generator<readonly [SpendScope, string, number]> {
  const scopes = [
    ['key', batch.keys],
    ['user', batch.users],
    ['team', batch.teams],
    ['organization', batch.organizations],
    ['project', batch.projects],
    ['end_user', batch.endUsers],
    ['tag', batch.tags],
    ['model_access_group', batch.accessGroups],
  ] as const;
  for (const [scope, spend] of scopes) for (const [id, usd] of spend) if (usd !== 0) yield [scope, id, usd];
  if (batch.proxy !== undefined) yield ['user', PROXY_BUDGET_USER, batch.proxy.usd];
  for (const { window, usd } of batch.windows) if (usd !== 0) yield ['window', windowId(window), usd];
  for (const { group, user, usd } of batch.teamMembers) if (usd !== 0) yield ['member', memberId(group, user), usd];
}
