import type { Deployment, LoadedVector } from '@stagegate/testbed';
import { playCore } from './core-lane.ts';
import type { LaneName } from './options.ts';
import type { Player } from './play.ts';

/** Makes a player for each lane asked for. */
export async function createPlayers(
  lanes: readonly LaneName[],
  _vectors: readonly LoadedVector[],
  _deployments: readonly Deployment[] | undefined,
): Promise<readonly Player[]> {
  return lanes.map((lane) => {
    if (lane !== 'core') throw new Error(`lane ${lane} is not built yet`);
    return { lane, play: async ({ vector }) => playCore(vector), close: async () => undefined };
  });
}
