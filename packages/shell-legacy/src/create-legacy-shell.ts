import type { Engine } from '@stagegate/gateway-engine/pipeline';
import { refuseMalformed } from '@stagegate/gateway-engine/limits';
import type { Lane, NodeListener } from '@stagegate/gateway-engine/ports';
import { toHandler } from './node/to-handler.ts';
import { createStageOne } from './stage1/create-stage-one.ts';
import type { StageOneOptions } from './stage1/parts.ts';
import { createStageTwo } from './stage2/create-stage-two.ts';

/** Stage 1 does everything but the transforms by itself; stage 2 leaves everything but HTTP to the engine. */
export type LegacyShellOptions = ({ readonly stage: 1 } & StageOneOptions) | { readonly stage: 2; readonly engine: Engine };

/**
 * A node:http shell that works as the reference's own does: lane `legacy-io` at stage 1, `legacy-thin` at stage 2.
 *
 * out: one lane, whose `handler` drives the very listener that sockets use.
 */
export function createLegacyShell(options: LegacyShellOptions): Lane {
  const serve = options.stage === 1 ? createStageOne(options) : createStageTwo(options.engine);
  const listener: NodeListener = (incoming, outgoing, front) => {
    if (!refuseMalformed(incoming, outgoing)) serve(incoming, outgoing, front);
  };
  return { id: options.stage === 1 ? 'legacy-io' : 'legacy-thin', listener, handler: toHandler(listener) };
}
