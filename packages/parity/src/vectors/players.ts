import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment, LoadedVector } from '@stagegate/testbed';
import { prepareCase, type PreparedCase } from './core-lane.ts';
import { createConfigOf } from './lane-config.ts';
import { LANE_FACTORIES, readConfig } from '../lanes/lane-factory.ts';
import { createLanePlayer } from './lane-player.ts';
import type { LaneName } from './options.ts';
import type { Player } from './play.ts';

type ConfigOf = ReturnType<typeof createConfigOf>;

/** Makes a player for each lane asked for. */
export function createPlayers(
  lanes: readonly LaneName[],
  vectors: readonly LoadedVector[],
  deployments: readonly Deployment[] | undefined,
): readonly Player[] {
  const configOf = createConfigOf(vectors, deployments);
  return lanes.map((lane) => (lane === 'core' ? createCorePlayer(configOf) : createLanePlayer(lane, LANE_FACTORIES[lane], configOf)));
}

/** Prepares cases for core alone; each configuration is read once. */
export function createPreparer(configOf: ConfigOf): (loaded: LoadedVector) => PreparedCase {
  const read = new Map<JsonObject, LoadedConfig>();
  return ({ vector }) => {
    const config = configOf(vector);
    const loaded = read.get(config) ?? readConfig(config);
    read.set(config, loaded);
    return prepareCase(vector, loaded);
  };
}

function createCorePlayer(configOf: ConfigOf): Player {
  const prepare = createPreparer(configOf);
  return { lane: 'core', play: async (loaded) => prepare(loaded)((text) => [text]), close: async () => undefined };
}
