import type { Deployment, LoadedVector } from '@stagegate/testbed';
import { playCore } from './core-lane.ts';
import { createConfigOf } from './lane-config.ts';
import type { LaneFactory } from './lane-factory.ts';
import { createLanePlayer } from './lane-player.ts';
import type { LaneName } from './options.ts';
import type { Player } from './play.ts';

/** How each lane is wired. */
const FACTORIES: Readonly<Record<Exclude<LaneName, 'core'>, LaneFactory>> = {
  hono: () => Promise.reject(new Error('lane hono is not built yet')),
  'legacy-thin': () => Promise.reject(new Error('lane legacy-thin is not built yet')),
  'legacy-io': () => Promise.reject(new Error('lane legacy-io is not built yet')),
};

/** Makes a player for each lane asked for. */
export function createPlayers(
  lanes: readonly LaneName[],
  vectors: readonly LoadedVector[],
  deployments: readonly Deployment[] | undefined,
): readonly Player[] {
  const configOf = createConfigOf(vectors, deployments);
  return lanes.map((lane) => {
    if (lane === 'core') return { lane, play: async ({ vector }) => playCore(vector), close: async () => undefined };
    return createLanePlayer(lane, FACTORIES[lane], configOf);
  });
}
