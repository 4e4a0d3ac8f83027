import type { JsonObject } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment, LoadedVector } from '@stagegate/testbed';
import { playCore, type CutText } from './core-lane.ts';
import { createConfigOf } from './lane-config.ts';
import { LANE_FACTORIES, readConfig } from '../lanes/lane-factory.ts';
import { createLanePlayer } from './lane-player.ts';
import type { LaneName } from './options.ts';
import type { Player } from './play.ts';

/** Makes a player for each lane asked for. `cut` says how core gets its streams, by default whole. */
export function createPlayers(
  lanes: readonly LaneName[],
  vectors: readonly LoadedVector[],
  deployments: readonly Deployment[] | undefined,
  cut?: CutText,
): readonly Player[] {
  const configOf = createConfigOf(vectors, deployments);
  return lanes.map((lane) => (lane === 'core' ? createCorePlayer(configOf, cut) : createLanePlayer(lane, LANE_FACTORIES[lane], configOf)));
}

function createCorePlayer(configOf: ReturnType<typeof createConfigOf>, cut: CutText | undefined): Player {
  const read = new Map<JsonObject, LoadedConfig>();
  return {
    lane: 'core',
    play: async ({ vector }) => {
      const config = configOf(vector);
      const loaded = read.get(config) ?? readConfig(config);
      read.set(config, loaded);
      return playCore(vector, loaded, cut);
    },
    close: async () => undefined,
  };
}
