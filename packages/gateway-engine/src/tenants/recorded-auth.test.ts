import { loadRecorded } from '@stagegate/testbed';
import { describe, expect, test } from 'vitest';
import { config, deployment } from '../../test/make-config.ts';
import { keyRows, type SparseRows } from '../../test/make-rows.ts';
import { createAuthenticate, hashKey, refuseCall, compileModelNames } from '../auth/index.ts';
import { renderErrorBody, toAnswerError, type EngineError } from '../errors/index.ts';
import { systemClock, type EndUserGrants, type KeyLookup } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { toCaller, toEndUser } from './index.ts';

interface RecordedError {
  readonly status: number;
  /** Of an error of the reference's framework; the others have an envelope. */
  readonly detail?: string;
  readonly message?: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string;
}

interface Recorded {
  readonly masterKey: string;
  readonly key: string;
  readonly models: readonly { readonly name: string; readonly accessGroups: readonly string[] }[];
  readonly routerAliases: Readonly<Record<string, string>>;
  readonly tokens: readonly { readonly key: string; readonly hash: string }[];
  readonly strangers: readonly { readonly name: string; readonly authorization: string | null; readonly error: RecordedError }[];
  readonly cases: readonly {
    readonly name: string;
    readonly path: string;
    readonly body: Readonly<Record<string, never>>;
    readonly rows: SparseRows;
    readonly error: RecordedError | null;
  }[];
}

const RECORDED = loadRecorded('auth') as unknown as Recorded;
const CONFIG = config({
  masterKey: RECORDED.masterKey,
  deployments: RECORDED.models.map(({ name, accessGroups }) =>
    deployment({ modelGroup: name, underlyingModel: name.includes('*') ? 'openai/*' : 'openai/gpt-4o', accessGroups }),
  ),
  modelGroupAliases: new Map(Object.entries(RECORDED.routerAliases)),
});
const NAMES = compileModelNames(CONFIG, compileModels(CONFIG));
const NOW_MS = Date.UTC(2026, 10, 28);
const clock = { ...systemClock, nowMs: () => NOW_MS, monotonicMs: () => 0 };

test.each(RECORDED.tokens)('the hash of $key', ({ key, hash }) => expect(hashKey(key)).toBe(hash));

test.each(RECORDED.strangers)('who has no key of ours: $name', async ({ authorization, error }) => {
  const keys: KeyLookup = { find: () => ({ kind: 'unknown' }), findEndUser: () => ({ kind: 'unknown' }) };
  const judged = await createAuthenticate(
    CONFIG,
    keys,
    clock,
  )((name) => (name === 'authorization' ? (authorization ?? undefined) : undefined));
  expectRefusal(judged.ok ? undefined : judged.error, error);
});

describe('who has one', () => {
  test.each(RECORDED.cases)('$name', async ({ path, body, rows, error }) => {
    const rules = { nowMs: NOW_MS, acceptsUnenforced: false };
    const made = keyRows(rows, hashKey(RECORDED.key));
    const caller = toCaller(made.rows, rules);
    const keys: KeyLookup = { find: () => ({ kind: 'found', caller }), findEndUser: () => ({ kind: 'unknown' }) };
    const judged = await createAuthenticate(
      CONFIG,
      keys,
      clock,
    )((header) => (header === 'authorization' ? `Bearer ${RECORDED.key}` : undefined));
    const endUser: EndUserGrants | undefined = made.endUser === undefined ? undefined : toEndUser(made.endUser, rules);
    const { model } = body as { readonly model?: string | null };
    const refused = judged.ok ? refuseCall(judged.value, { path, model: model ?? undefined, body }, NAMES, endUser) : judged.error;
    expectRefusal(refused, error);
  });
});

/** Moments in messages are the clock's; the tail in `param` is the key's here, the hash's there when the key was just looked up. */
function expectRefusal(refused: EngineError | undefined, recorded: RecordedError | null): void {
  if (recorded === null) return expect(refused).toBeUndefined();
  expect(refused).toBeDefined();
  if (refused === undefined) return;
  const shown = toAnswerError(refused);
  const { error } = JSON.parse(renderErrorBody('openai', shown)) as { error: Readonly<Record<string, unknown>> };
  const { status, detail, ...envelope } = recorded;
  expect(shown.status).toBe(status);
  if (detail !== undefined) expect(error['message']).toBe(detail);
  else if (envelope.type === 'expired_key') {
    expect(error).toMatchObject({ type: 'expired_key', code: '401', param: 'sk-...0001' });
    expect(beforeNow(String(error['message']))).toBe(beforeNow(envelope.message ?? ''));
  } else expect(error).toStrictEqual(envelope);
}

function beforeNow(message: string): string {
  return message.replace(/ and current time .*$/u, '');
}
