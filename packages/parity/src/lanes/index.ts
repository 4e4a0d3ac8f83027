export {
  HTTP_LANES,
  LANE_FACTORIES,
  readConfig,
  type HttpLane,
  type LaneDeps,
  type LaneFactory,
  type PlayableLane,
} from './lane-factory.ts';
