import { chooseTransform } from '@stagegate/core-transforms';
import { createAuthenticate } from '@stagegate/gateway-engine/auth';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import {
  createCallQueue,
  createMemoryCounters,
  createMemoryRates,
  createSharedCounters,
  createSharedRates,
} from '@stagegate/gateway-engine/counters';
import { createCredentials } from '@stagegate/gateway-engine/credentials';
import { createFront, createReferenceLane, type ActiveMigration } from '@stagegate/gateway-engine/cutover';
import { createHealthChecks, type HealthService } from '@stagegate/gateway-engine/health';
import { Admission } from '@stagegate/gateway-engine/limits';
import { createManagement, managedRoutes } from '@stagegate/gateway-engine/management';
import { createEngine, type Engine } from '@stagegate/gateway-engine/pipeline';
import {
  type CallQueue,
  type ConfigState,
  type Credentials,
  type KeyLookup,
  type Lane,
  type LaneId,
  type Log,
  type NodeListener,
  type RateCounters,
  type Recorder,
  type RedisDoors,
  type ResponseCache,
  type RoutingCounters,
  type Spending,
  systemClock,
  systemIds,
  type Upstream,
} from '@stagegate/gateway-engine/ports';
import { compileFindResponse, compileModels, createResponseSeals } from '@stagegate/gateway-engine/routing';
import type { Store } from '@stagegate/gateway-engine/store';
import { openTokens } from '@stagegate/gateway-engine/tokens';
import { createMedia, createUpstream } from '@stagegate/gateway-engine/upstream';
import { createHonoShell } from '@stagegate/shell-hono';
import { createLegacyShell } from '@stagegate/shell-legacy';
import { openGates } from './gates/open-gates.ts';
import type { ServeOptions } from './serve/options.ts';

/** A wired proxy: its listener, what the banner shows, and its end. */
export interface Wired {
  readonly listener: NodeListener;
  /** The only lane, when there is no choice. */
  readonly onlyLane: LaneId | undefined;
  /** The rules in force at the start; undefined when there is no choice. */
  readonly active: ActiveMigration | undefined;
  readonly routes: Engine['routes'];
  readonly close: () => Promise<void>;
}

/** What the lanes share that outlives a configuration. */
export interface WireParts {
  readonly log: Log;
  /** Absent: made here, and closed with the proxy. */
  readonly lasting?: Lasting;
  /** Absent: there are no keys but the master key. */
  readonly keys?: KeyLookup;
  /** Absent: there is no database, and nothing that needs one can be managed. */
  readonly store?: Store;
  /** Absent: there is no database, and spend is not counted. */
  readonly spending?: Spending | undefined;
  /** Absent: no call is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Absent: no Redis is configured, and every instance counts for itself. */
  readonly redis?: RedisDoors | undefined;
  /** Absent: no answer is cached. */
  readonly cache?: ResponseCache | undefined;
  /** Absent: the configuration is never replaced. */
  readonly configState?: (() => ConfigState) | undefined;
}

/** Connections and counts that a new configuration takes over from the old one, whose calls may still run. */
export interface Lasting {
  readonly upstream: Upstream;
  /** The counters and the queue. */
  readonly counted: { readonly counters: RoutingCounters; readonly rates: RateCounters; readonly queue: CallQueue };
  readonly health: HealthService;
  readonly admission: Admission;
  /** Takes over a new configuration: whose counts are shared, and which deployments are checked. */
  readonly follow: (config: LoadedConfig, credentials: Credentials) => void;
  /** One lane per reference. */
  readonly referenceLane: (baseUrl: string, recorder: Recorder | undefined) => ClosableLane;
  readonly close: () => Promise<void>;
}

type ClosableLane = ReturnType<typeof createReferenceLane>;

const GIVEN = { transforms: chooseTransform, clock: systemClock, ids: systemIds };

/** Makes what outlives a configuration, without connecting to anything. With Redis, counts are shared with other instances. */
export function createLasting({ redis: doors, log, store }: Pick<WireParts, 'redis' | 'log' | 'store'>): Lasting {
  const upstream = createUpstream();
  const redis = doors?.router;
  const shared = redis === undefined ? undefined : createSharedCounters({ redis, clock: systemClock, instance: systemIds.callId() });
  const counters = shared ?? createMemoryCounters();
  const coordination = doors?.coordination;
  const sharedRates = coordination === undefined ? undefined : createSharedRates({ redis: coordination, newId: () => systemIds.callId() });
  const health = createHealthChecks({ ...GIVEN, log, upstream, counters, store, redis: coordination });
  const admission = new Admission();
  const references = new Map<string, ClosableLane>();
  return {
    upstream,
    counted: { counters, rates: sharedRates ?? createMemoryRates(), queue: createCallQueue(() => systemClock.monotonicMs()) },
    health,
    admission,
    follow: (config, credentials) => {
      shared?.follow(config);
      sharedRates?.follow({ failsClosed: config.ratesFailClosed === true });
      health.follow({ config, credentials });
      admission.follow(config.admission);
    },
    referenceLane: (baseUrl, recorder) => {
      const lane = references.get(baseUrl) ?? createReferenceLane({ baseUrl, recorder });
      references.set(baseUrl, lane);
      return lane;
    },
    close: async () => {
      shared?.close();
      health.close();
      await Promise.all([upstream.close(), ...[...references.values()].map((lane) => lane.close())]);
    },
  };
}

/** Wires a proxy as the options ask. The only place that knows every lane. */
export function wire(
  config: LoadedConfig,
  { shell, stage, data }: Pick<ServeOptions, 'shell' | 'stage' | 'data'>,
  parts: WireParts,
): Wired {
  const { log, lasting = createLasting(parts) } = parts;
  // A caller that passes `lasting` also closes it.
  const closeLasting = async (): Promise<void> => (parts.lasting === undefined ? lasting.close() : undefined);
  const credentials = createCredentials({ env: config.environment, clock: systemClock, fetch });
  const { upstream, counted, health, admission } = lasting;
  lasting.follow(config, credentials);
  const { sums } = counted.counters;
  const managed = { ...parts, store: parts.store, config, sums, clock: systemClock, health, log, traffic: admission };
  const management = createManagement(managedRoutes(managed));
  const tokens = openTokens({ config, keys: parts.keys, fetch, clock: systemClock });
  const effects = {
    config,
    ...(tokens !== undefined && { tokens }),
    management,
    ...GIVEN,
    credentials,
    media: createMedia({ settings: config.media, log }),
    ...counted,
    ...parts,
    isClosing: () => admission.isClosing,
  };
  const engine = createEngine({ ...effects, upstream });
  const makeLane = (id: Exclude<LaneId, 'reference'>): Lane => {
    if (id === 'hono') return createHonoShell(engine);
    if (id === 'legacy-thin') return createLegacyShell({ stage: 2, engine });
    return createLegacyShell({ stage: 1, ...effects, fetch });
  };
  const { migration } = config;
  const onlyLane = soleLane(shell, stage, migration);
  if (onlyLane !== undefined) {
    const listener = admission.guard(makeLane(onlyLane).listener);
    return { listener, onlyLane, active: undefined, routes: engine.routes, close: closeLasting };
  }
  const reference = migration.referenceUrl === undefined ? undefined : lasting.referenceLane(migration.referenceUrl, parts.recorder);
  const { gates, counts, close: closeGates } = openGates(config, data, log);
  const front = createFront({
    lanes: {
      hono: makeLane('hono'),
      'legacy-thin': makeLane('legacy-thin'),
      'legacy-io': makeLane('legacy-io'),
      ...(reference !== undefined && { reference }),
    },
    gates,
    routes: engine.routes,
    findDeployments: compileModels(config),
    findResponse: compileFindResponse(config, createResponseSeals(config.saltKey ?? config.masterKey)),
    referenceOnly: config.referenceOnly,
    authenticate: createAuthenticate(config, parts.keys, systemClock, tokens),
    bodyBytesMax: config.bodyBytesMax,
    keyHeaderName: config.keyHeaderName,
    onChosen: counts === undefined ? undefined : (choice) => counts.countChosen(choice),
    onDeclined: (event) => {
      const { rule, lane, declined, servedBy } = event;
      counts?.countDeclined(event);
      log.info('declined', { rule, lane, by: declined.by, reason: declined.reason, servedBy });
    },
  });
  const close = async (): Promise<void> => {
    closeGates();
    await closeLasting();
  };
  return { listener: admission.guard(front.listener), onlyLane: undefined, active: gates.active, routes: engine.routes, close };
}

/** The only lane where there is no choice: the one asked for by name, or the default one where nothing else is configured. */
function soleLane(
  shell: ServeOptions['shell'],
  stage: 1 | 2,
  { rules, referenceUrl, defaultLane }: LoadedConfig['migration'],
): Exclude<LaneId, 'reference'> | undefined {
  if (shell === 'hono') return 'hono';
  if (shell === 'legacy') return stage === 1 ? 'legacy-io' : 'legacy-thin';
  return rules.length === 0 && referenceUrl === undefined && defaultLane !== 'reference' ? defaultLane : undefined;
}
