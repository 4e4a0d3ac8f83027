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

/** Adds calls up until they are written. */
export class SpendCollector {
  /** What each has spent, by what he is. */
  readonly #spend = new Map<SpendOwner['scope'], Map<string, number>>();
  readonly #members = new Map<string, NonNullable<SpendOwner['member']>>();
  readonly #windows = new Map<string, NonNullable<SpendOwner['window']>>();
  readonly #logs: LogPile;
  readonly #days = new DayCollector();
  #calls: number;
  #left = 0;
  #usd = 0;

  /** in: where rows wait; the money of those that are there already is written. */
  constructor(logs: LogPile) {
    this.#logs = logs;
    this.#calls = logs.waiting;
  }

  /** Calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Rows that were left out, because too many wait. */
  get left(): number {
    return this.#left;
  }

  /** What they cost together. */
  get usd(): number {
    return this.#usd;
  }

  /** in: whose money it was; the call's row, undefined where none is kept; what its day gets. */
  add(owners: readonly SpendOwner[], usd: number, log: NewSpendLogRow | undefined, day: DailyCall): void {
    this.#calls += 1;
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

  /** All of the money, and the first of the rows; the others are for the next batch. */
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

/** A batch table by table, without what is empty. */
export function partsOf({ users, proxy, days, ...batch }: SpendBatch): readonly SpendBatch[] {
  const parts: SpendBatch[] = [];
  // Both are rows of one table.
  if (users.size > 0 || proxy !== undefined) parts.push({ ...NOTHING, users, proxy });
  for (const [name, spend] of Object.entries(batch)) {
    const size = 'size' in spend ? spend.size : spend.length;
    if (size > 0) parts.push({ ...NOTHING, [name]: spend });
  }
  for (const ofScope of days) parts.push({ ...NOTHING, days: [ofScope] });
  return parts;
}

/** A batch without what only tells of the money. */
export function withoutRows(batch: SpendBatch): SpendBatch {
  return { ...batch, logs: NO_ROWS, days: [] };
}

/** Of a batch, what budgets ask for. */
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
