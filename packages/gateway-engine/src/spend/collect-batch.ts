import type { SpendScope, SpentCall } from '../ports/index.ts';
import { PROXY_BUDGET_USER, type NewSpendLogRow, type ProxySpend, type SpendBatch, type SpendOfMember } from '../store/index.ts';
import { memberId } from '../tenants/index.ts';

/** Rows that wait to be written, at most: while the database is away, calls go on, and money is added up without them. */
const ROWS_MAX = 10_000;
/** Rows of one transaction: it ends well before anybody gives it up. */
const ROWS_PER_BATCH = 1_000;

/** Adds calls up until they are written. */
export class SpendCollector {
  readonly #keys = new Map<string, number>();
  readonly #users = new Map<string, number>();
  readonly #teams = new Map<string, number>();
  readonly #organizations = new Map<string, number>();
  readonly #projects = new Map<string, number>();
  readonly #endUsers = new Map<string, number>();
  readonly #tags = new Map<string, number>();
  readonly #teamMembers = new Map<string, SpendOfMember>();
  readonly #organizationMembers = new Map<string, SpendOfMember>();
  readonly #logs: NewSpendLogRow[];
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

  /** in: the call's row; undefined where none is kept. */
  add({ caller, endUserId, tags, usd }: Pick<SpentCall, 'caller' | 'endUserId' | 'tags' | 'usd'>, log: NewSpendLogRow | undefined): void {
    this.#calls += 1;
    this.#usd += usd;
    if (log !== undefined) {
      if (this.#logs.length < ROWS_MAX) this.#logs.push(log);
      else this.#left += 1;
    }
    const { keyHash, userId, teamId, organizationId, projectId } = caller ?? {};
    addTo(this.#keys, keyHash, usd);
    addTo(this.#users, userId, usd);
    addTo(this.#teams, teamId, usd);
    addTo(this.#organizations, organizationId, usd);
    addTo(this.#projects, projectId, usd);
    addTo(this.#endUsers, endUserId, usd);
    for (const tag of tags) addTo(this.#tags, tag, usd);
    addMember(this.#teamMembers, teamId, userId, usd);
    addMember(this.#organizationMembers, organizationId, userId, usd);
  }

  /** All of the money, and the first of the rows; the others are for the next batch. */
  toBatch(proxy: ProxySpend | undefined): { readonly batch: SpendBatch; readonly rest: readonly NewSpendLogRow[] } {
    const batch = {
      keys: this.#keys,
      users: this.#users,
      teams: this.#teams,
      organizations: this.#organizations,
      projects: this.#projects,
      endUsers: this.#endUsers,
      tags: this.#tags,
      teamMembers: [...this.#teamMembers.values()],
      organizationMembers: [...this.#organizationMembers.values()],
      logs: this.#logs.slice(0, ROWS_PER_BATCH),
      proxy,
    };
    return { batch, rest: this.#logs.slice(ROWS_PER_BATCH) };
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
  teamMembers: [],
  organizationMembers: [],
  logs: [],
};

/** A batch table by table, without what is empty. */
export function partsOf({ users, proxy, ...batch }: SpendBatch): readonly SpendBatch[] {
  const parts: SpendBatch[] = [];
  // Both are rows of one table.
  if (users.size > 0 || proxy !== undefined) parts.push({ ...NOTHING, users, proxy });
  for (const [name, spend] of Object.entries(batch)) {
    const size = 'size' in spend ? spend.size : spend.length;
    if (size > 0) parts.push({ ...NOTHING, [name]: spend });
  }
  return parts;
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
  ] as const;
  for (const [scope, spend] of scopes) for (const [id, usd] of spend) if (usd !== 0) yield [scope, id, usd];
  if (batch.proxy !== undefined) yield ['user', PROXY_BUDGET_USER, batch.proxy.usd];
  for (const { group, user, usd } of batch.teamMembers) if (usd !== 0) yield ['member', memberId(group, user), usd];
}

function addTo(spend: Map<string, number>, id: string | undefined, usd: number): void {
  if (id !== undefined && id !== '') spend.set(id, (spend.get(id) ?? 0) + usd);
}

function addMember(spend: Map<string, SpendOfMember>, group: string | undefined, user: string | undefined, usd: number): void {
  if (group === undefined || user === undefined) return;
  const id = memberId(group, user);
  spend.set(id, { group, user, usd: (spend.get(id)?.usd ?? 0) + usd });
}
