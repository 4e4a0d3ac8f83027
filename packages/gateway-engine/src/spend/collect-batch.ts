import type { SpendScope } from '../ports/index.ts';
import { PROXY_BUDGET_USER, type NewSpendLogRow, type ProxySpend, type SpendBatch, type SpendOfMember } from '../store/index.ts';
import { memberId, windowId } from '../tenants/index.ts';
import { DayCollector, type DailyCall } from './collect-days.ts';
import type { SpendOwner } from './owners-of.ts';

/** Rows that wait to be written, at most: while the database is away, calls go on, and money is added up without them. */
const ROWS_MAX = 10_000;
/** Rows of one transaction: it ends well before anybody gives it up. */
const ROWS_PER_BATCH = 1_000;

/** Adds calls up until they are written. */
export class SpendCollector {
  /** What each has spent, by what he is. */
  readonly #spend = new Map<SpendOwner['scope'], Map<string, number>>();
  readonly #members = new Map<string, NonNullable<SpendOwner['member']>>();
  readonly #windows = new Map<string, NonNullable<SpendOwner['window']>>();
  readonly #logs: NewSpendLogRow[];
  readonly #days = new DayCollector();
  #calls: number;
  #left = 0;
  #usd = 0;

  /** in: rows that are still to be written; their money is. */
  constructor(logs: readonly NewSpendLogRow[] = []) {
    this.#logs = [...logs];
    this.#calls = logs.length;
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
    if (log !== undefined) {
      if (this.#logs.length < ROWS_MAX) this.#logs.push(log);
      else this.#left += 1;
    }
    for (const { scope, id, member, window } of owners) {
      const spend = this.#of(scope);
      spend.set(id, (spend.get(id) ?? 0) + usd);
      if (member !== undefined) this.#members.set(id, member);
      if (window !== undefined) this.#windows.set(id, window);
    }
  }

  /** All of the money, and the first of the rows; the others are for the next batch. */
  toBatch(proxy: ProxySpend | undefined): { readonly batch: SpendBatch; readonly rest: readonly NewSpendLogRow[] } {
    const batch = {
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
      logs: this.#logs.slice(0, ROWS_PER_BATCH),
      windows: [...this.#windows].map(([id, window]) => ({ window, usd: this.#of('window').get(id) ?? 0 })),
      days: this.#days.toRows(),
      proxy,
    };
    return { batch, rest: this.#logs.slice(ROWS_PER_BATCH) };
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
  logs: [],
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
  return { ...batch, logs: [], days: [] };
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
