import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_SETTINGS, type ProviderRow } from '@stagegate/core-transforms';
import { afterEach, describe, expect, test } from 'vitest';
import type { HeaderReader } from '../auth/index.ts';
import { declinedHeader, done, stop, type Staged } from '../errors/index.ts';
import {
  MASTER,
  type Caller,
  type Declined,
  type Deployment,
  type Lane,
  type LaneId,
  type Migration,
  type MigrationRule,
} from '../ports/index.ts';
import { ROUTES } from '../routes/index.ts';
import { openGates } from '../../test/open-gates.ts';
import { fixedGates } from './create-gates.ts';
import { createFront, type DeclinedCall } from './front.ts';
import { createReferenceLane } from './reference-lane.ts';

const open: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

/** What a fake lane says it was given. */
interface Seen {
  readonly lane: LaneId;
  readonly text: string;
  readonly prescanned: boolean;
  readonly scanned: boolean;
}

/** A lane that answers with what it was given, or declines. */
function fakeLane(id: LaneId, declined?: Declined): Lane {
  return {
    id,
    listener: (incoming, outgoing, front) => {
      const prescan = front?.prescan;
      const chunks: Uint8Array[] = prescan === undefined ? [] : [prescan.bytes];
      const answer = (): void => {
        const bytes = Buffer.concat(chunks);
        if (declined !== undefined && front?.handOver(declined, bytes) === true) return;
        const seen: Seen = { lane: id, text: bytes.toString(), prescanned: prescan !== undefined, scanned: prescan?.body !== undefined };
        const said = declined === undefined ? {} : { 'x-stagegate-declined': declinedHeader(declined) };
        outgoing.writeHead(declined === undefined ? 200 : 400, { ...said, 'x-stagegate-lane': id, 'x-stagegate-rule': front?.rule ?? '' });
        outgoing.end(JSON.stringify(seen));
      };
      if (prescan !== undefined) return answer();
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', answer);
    },
    handler: async (request) => {
      const seen: Seen = { lane: id, text: await request.text(), prescanned: false, scanned: false };
      const headers: Record<string, string> = { 'x-stagegate-lane': id };
      if (declined !== undefined) headers['x-stagegate-declined'] = `${declined.by}: ${declined.reason}`;
      return Response.json(seen, { status: declined === undefined ? 200 : 400, headers });
    },
  };
}

const DEPLOYMENTS: Readonly<Record<string, readonly string[]>> = { gpt: ['openai'], claude: ['anthropic'], mixed: ['openai', 'anthropic'] };

const NO_GUARDS = { everything: false, modelGroups: new Set<string>() };

/** Knows strangers and teams by headers of the test; one who is slow to look up is a database's. */
function refuseStrangers(header: HeaderReader, peer?: string): Staged<Caller> | Promise<Staged<Caller>> {
  if (header('x-stranger') !== undefined) return stop({ kind: 'no-key' });
  if (header('x-of-a-proxy') !== undefined && peer === undefined) return stop({ kind: 'no-key' });
  const caller = done({ ...MASTER, teamId: header('x-team') });
  return header('x-slow') === undefined ? caller : Promise.resolve(caller);
}

function findDeployments(model: string): readonly Deployment[] {
  return (DEPLOYMENTS[model] ?? []).map((id) => deployment(rowOf(id)));
}

/** Ids begin with the provider that gave them. */
function findResponse(id: string): Deployment | undefined {
  const provider = id.split('-')[0] ?? '';
  return provider === 'openai' || provider === 'anthropic' ? deployment(rowOf(provider)) : undefined;
}

function rowOf(id: string): ProviderRow {
  return {
    id,
    errorName: id,
    format: 'openai-chat',
    baseUrl: undefined,
    keyEnv: [],
    baseEnv: [],
    auth: { kind: 'none' },
    params: { allow: [] },
    source: '',
    date: '',
  };
}

function deployment(provider: ProviderRow): Deployment {
  return {
    id: provider.id,
    modelGroup: 'group',
    underlyingModel: 'm',
    provider,
    model: 'm',
    apiBase: undefined,
    apiKey: undefined,
    settings: NO_SETTINGS,
    facts: undefined,
    weight: undefined,
    rpm: undefined,
    tpm: undefined,
    timeoutSeconds: undefined,
    streamTimeoutSeconds: undefined,
  };
}

interface Setup {
  readonly rules?: readonly MigrationRule[];
  readonly withReference?: boolean;
  readonly bodyBytesMax?: number;
  readonly declines?: Partial<Record<LaneId, Declined>>;
}

interface Asked {
  readonly status: number;
  readonly seen: Seen;
  readonly rule: string | null;
  readonly lane: string | null;
  readonly declined: string | null;
}

type Ask = (path: string, body: string | FormData | null, headers?: Record<string, string>) => Promise<Asked>;

async function startFront(
  via: 'socket' | 'handler',
  { rules = [], withReference = false, declines = {}, bodyBytesMax = 1_000 }: Setup,
  events: DeclinedCall[] = [],
): Promise<Ask> {
  const fake = (id: LaneId): Lane => fakeLane(id, declines[id]);
  const lanes: Partial<Record<LaneId, Lane>> = { hono: fake('hono'), 'legacy-thin': fake('legacy-thin'), 'legacy-io': fake('legacy-io') };
  let referenceUrl: string | undefined;
  if (withReference) {
    const other = fakeLane('hono');
    referenceUrl = await listen((incoming, outgoing) => other.listener(incoming, outgoing));
    const lane = createReferenceLane({ baseUrl: referenceUrl });
    open.push(() => lane.close());
    lanes.reference = lane;
  }
  const migration: Migration = { referenceUrl, rules, defaultLane: 'hono' };
  const front = createFront({
    lanes,
    gates: { active: openGates(migration) },
    keyHeaderName: undefined,
    routes: ROUTES,
    findDeployments,
    findResponse,
    referenceOnly: NO_GUARDS,
    authenticate: refuseStrangers,
    bodyBytesMax,
    onDeclined: (event) => events.push(event),
  });
  const url = via === 'socket' ? await listen(front.listener) : 'http://front.test';
  return async (path, body, headers = {}) => {
    const init = { method: body === null ? 'GET' : 'POST', body, headers };
    const answer = via === 'socket' ? await fetch(url + path, init) : await front.handler(new Request(url + path, init));
    const { headers: got } = answer;
    return {
      status: answer.status,
      seen: (await answer.json()) as Seen,
      rule: got.get('x-stagegate-rule'),
      lane: got.get('x-stagegate-lane'),
      declined: got.get('x-stagegate-declined'),
    };
  };
}

const thin: MigrationRule = { name: 'openai-thin', match: { route: '/v1/chat/completions', provider: 'openai' }, lane: 'legacy-thin' };
const ocrIo: MigrationRule = { name: 'ocr-io', match: { route: '/v1/ocr' }, lane: 'legacy-io' };
const moved: MigrationRule = {
  name: 'moved',
  match: { model: 'gpt' },
  lane: 'legacy-io',
  candidate: { lane: 'legacy-thin', mode: 'on', percent: 0, sticky: 'key' },
};

describe.each(['socket', 'handler'] as const)('front by %s', (via) => {
  test('a rule that asks for the provider takes its calls, on every alias of the route', async () => {
    const ask = await startFront(via, { rules: [thin] });
    for (const path of ['/v1/chat/completions', '/chat/completions', '/engines/gpt/chat/completions']) {
      const asked = await ask(path, '{"model":"gpt","n":1.0}');
      expect([asked.lane, asked.rule, asked.seen.text]).toStrictEqual(['legacy-thin', 'openai-thin', '{"model":"gpt","n":1.0}']);
    }
    for (const model of ['claude', 'mixed', 'nobody']) {
      const asked = await ask('/v1/chat/completions', JSON.stringify({ model }));
      expect([model, asked.lane, asked.rule]).toStrictEqual([model, 'hono', 'default']);
    }
  });

  test('a canary of teams keeps each of them together, whichever key it comes with and however long the look-up takes', async () => {
    const candidate = { lane: 'legacy-thin', mode: 'canary', percent: 50, sticky: 'team' } as const;
    const ask = await startFront(via, { rules: [{ ...moved, candidate }] });
    const lanes = new Set<string | null>();
    for (let team = 0; team < 12; team += 1) {
      const laneOf = async (key: string, more = {}): Promise<string | null> =>
        (await ask('/ocr', '{"model":"gpt"}', { authorization: `Bearer ${key}`, 'x-team': `team-${team}`, ...more })).lane;
      const lane = await laneOf('sk-1');
      expect([team, await laneOf('sk-2'), await laneOf('sk-3', { 'x-slow': '1' })]).toStrictEqual([team, lane, lane]);
      lanes.add(lane);
    }
    expect(lanes).toStrictEqual(new Set(['legacy-io', 'legacy-thin']));
  });

  test('the model of a form decides too', async () => {
    const ask = await startFront(via, { rules: [moved] });
    const form = new FormData();
    form.set('model', 'gpt');
    form.set('file', new Blob(['%PDF']), 'a.pdf');
    const asked = await ask('/v1/ocr', form);
    expect([asked.lane, asked.rule]).toStrictEqual(['legacy-thin', 'moved']);
    expect(asked.seen.text).toContain('%PDF');
  });

  test('what is kept goes where its API goes; what was not given out here, to the reference', async () => {
    const kept: MigrationRule = { name: 'kept', match: { route: '/v1/responses', provider: 'openai' }, lane: 'legacy-thin' };
    const ask = await startFront(via, { rules: [kept], withReference: true });
    for (const path of ['/v1/responses/openai-1', '/responses/openai-1/input_items', '/openai/v1/responses/openai-1']) {
      expect([path, (await ask(path, null)).rule]).toStrictEqual([path, 'kept']);
    }
    expect((await ask('/v1/responses/openai-1/cancel', '')).rule).toBe('kept');
    expect((await ask('/v1/responses/anthropic-1', null)).rule).toBe('default');
    expect((await ask('/v1/responses/foreign', null)).rule).toBe('undecided');
    const alone = await startFront(via, { rules: [kept] });
    expect((await alone('/v1/responses/foreign', null)).rule).toBe('default');
  });

  test('what cannot be decided is the reference’s', async () => {
    const ask = await startFront(via, { rules: [thin], withReference: true });
    const bodies = {
      '/v1/chat/completions': '{"model":',
      '/chat/completions': '{"model":"nobody"}',
      '/v1/images/generations': '{"model":"gpt"}',
    };
    for (const [path, body] of Object.entries(bodies)) {
      const asked = await ask(path, body);
      expect([path, asked.rule, asked.lane, asked.seen.text]).toStrictEqual([path, 'undecided', 'reference', body]);
    }
    expect((await ask('/v1/chat/completions', '{"model":"claude"}')).rule).toBe('default');
    expect((await ask('/v1/models', null)).rule).toBe('default');
  });

  test('a body over the limit still reaches the reference whole', async () => {
    const ask = await startFront(via, { rules: [thin], withReference: true });
    const text = JSON.stringify({ model: 'gpt', pad: 'x'.repeat(300_000) });
    const asked = await ask('/v1/chat/completions', text);
    expect([asked.rule, asked.seen.text.length]).toStrictEqual(['undecided', text.length]);
  });

  test('nobody without a key makes front hold a body, unless the reference must be asked', async () => {
    const body = JSON.stringify({ model: 'gpt', pad: 'x'.repeat(100_000) });
    const ask = await startFront(via, { rules: [thin], bodyBytesMax: 200_000 });
    const refused = await ask('/v1/chat/completions', body, { 'x-stranger': 'yes' });
    expect([refused.lane, refused.rule, refused.seen.prescanned]).toStrictEqual(['hono', 'default', false]);
    // Whom a proxy names is known by the connection's address, which a call without a socket has not.
    const named = await ask('/v1/chat/completions', body, { 'x-of-a-proxy': 'yes' });
    expect(named.lane).toBe(via === 'socket' ? 'legacy-thin' : 'hono');
    const withReference = await startFront(via, { rules: [thin], withReference: true, bodyBytesMax: 200_000 });
    expect((await withReference('/v1/chat/completions', body, { 'x-stranger': 'yes' })).lane).toBe('legacy-thin');
  });

  test('a stream asked for in words is a stream', async () => {
    const streams: MigrationRule = { name: 'streams', match: { stream: true }, lane: 'legacy-io' };
    const ask = await startFront(via, { rules: [streams] });
    expect((await ask('/v1/chat/completions', '{"model":"gpt","stream":"True"}')).lane).toBe('legacy-io');
    expect((await ask('/v1/chat/completions', '{"model":"gpt","stream":"yes"}')).lane).toBe('hono');
  });

  test('core declines: the reference serves, and front counts it', async () => {
    const events: DeclinedCall[] = [];
    const declined: Declined = { by: 'core', reason: 'tools[0]: é not known\r\n' };
    const ask = await startFront(
      via,
      { rules: [thin], withReference: true, declines: { 'legacy-thin': { ...declined, reason: 'tools[0]: not known' } } },
      events,
    );
    const asked = await ask('/v1/chat/completions', '{"model":"gpt"}');
    expect([asked.status, asked.declined, asked.seen.text]).toStrictEqual([200, 'core: tools[0]: not known', '{"model":"gpt"}']);
    expect(events).toMatchObject([{ rule: 'openai-thin', lane: 'legacy-thin', servedBy: 'reference' }]);
  });

  test('core declines without a reference: the lane’s own 400', async () => {
    const ask = await startFront(via, { rules: [thin], declines: { 'legacy-thin': { by: 'core', reason: 'no' } } });
    const asked = await ask('/v1/chat/completions', '{"model":"gpt"}');
    expect([asked.status, asked.lane, asked.declined]).toStrictEqual([400, 'legacy-thin', 'core: no']);
  });

  test('a shell declines: the rule’s serving lane serves, and that is the only hop', async () => {
    const declines = { 'legacy-thin': { by: 'shell', reason: 'no' }, 'legacy-io': { by: 'shell', reason: 'neither' } } as const;
    const first = await startFront(via, { rules: [moved], declines: { 'legacy-thin': declines['legacy-thin'] } });
    const asked = await first('/v1/chat/completions', '{"model":"gpt"}');
    expect([asked.status, asked.lane, asked.rule, asked.declined]).toStrictEqual([200, 'legacy-io', 'moved', 'shell: no']);
    const both = await startFront(via, { rules: [moved], withReference: true, declines });
    expect((await both('/v1/chat/completions', '{"model":"gpt"}')).status).toBe(400);
  });
});

test('a lane gets what front has read and scanned; by path alone it reads for itself', async () => {
  const ask = await startFront('socket', { rules: [ocrIo, thin] });
  expect((await ask('/v1/chat/completions', '{"model":"gpt"}')).seen).toMatchObject({ prescanned: true, scanned: true });
  expect((await ask('/v1/chat/completions', '[]')).seen).toMatchObject({ prescanned: true, scanned: false });
  expect((await ask('/ocr', '{"model":"gpt"}')).seen).toMatchObject({ lane: 'legacy-io', prescanned: false });
});

test('a rule for a lane that is not wired stops the start', () => {
  const migration: Migration = { referenceUrl: undefined, rules: [{ ...thin, lane: 'reference' }], defaultLane: 'hono' };
  expect(() =>
    createFront({
      lanes: { hono: fakeLane('hono') },
      gates: fixedGates(migration),
      keyHeaderName: undefined,
      routes: ROUTES,
      findDeployments,
      findResponse,
      referenceOnly: NO_GUARDS,
      authenticate: refuseStrangers,
      bodyBytesMax: 1,
    }),
  ).toThrow(/lane reference is not wired/u);
});
