import { done, stop, type EngineError, type ModelRefusal, type Staged } from '../errors/index.ts';
import type { AccessWindow, Clock, Deployment, GatewayConfig } from '../ports/index.ts';
import type { Asker } from './find-deployments.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * Leaves out the deployments of a group that do not serve the caller now: all of a blocked group, those without a price where one is
 * required, and those reserved for other teams at this hour.
 *
 * out:    the same array where none of this is configured; an error where no deployment is left.
 * source: LiteLLM 1.106.2, router_utils/access_windows.py and proxy/auth/auth_checks.py `model_has_no_cost_mapping`.
 */
export function leaveServing(
  { hasWindows, pricesNeeded }: Pick<GatewayConfig, 'hasWindows' | 'pricesNeeded'>,
  deployments: readonly Deployment[],
  model: string,
  caller: Asker,
  clock: Pick<Clock, 'nowMs'>,
): Staged<readonly Deployment[]> {
  if (deployments.length === 0) return done(deployments);
  if (deployments[0]?.blocked === true) return stop(refused({ kind: 'blocked' }));
  if (pricesNeeded === true && deployments.every(({ priced }) => priced !== true)) return stop(refused({ kind: 'unpriced', model }));
  return hasWindows === true ? leaveFree(deployments, model, caller, clock.nowMs()) : done(deployments);
}

function refused(why: ModelRefusal): EngineError {
  return { kind: 'model-refused', why };
}

function leaveFree(deployments: readonly Deployment[], model: string, caller: Asker, nowMs: number): Staged<readonly Deployment[]> {
  const closed = deployments.map(({ windows }) => closedBy(windows, caller, nowMs));
  const free = deployments.filter((_deployment, index) => closed[index] === undefined);
  const [first] = closed;
  if (free.length > 0 || first === undefined) return done(free.length === deployments.length ? deployments : free);
  return stop(refused({ kind: 'reserved', model, until: `${first.endText} ${first.timeZone}` }));
}

/** The window that reserves a deployment for other teams now; undefined where none does. */
function closedBy(windows: readonly AccessWindow[] | undefined, { teamId }: Asker, nowMs: number): AccessWindow | undefined {
  const active = windows?.filter((window) => isActive(window, nowMs)) ?? [];
  return teamId !== undefined && active.some(({ teams }) => teams.has(teamId)) ? undefined : active[0];
}

function isActive({ startSeconds, endSeconds, timeZone }: AccessWindow, nowMs: number): boolean {
  const seconds = secondsOfDay(timeZone, nowMs);
  if (startSeconds < endSeconds) return startSeconds <= seconds && seconds < endSeconds;
  return seconds >= startSeconds || seconds < endSeconds;
}

function secondsOfDay(timeZone: string, nowMs: number): number {
  const known = clocks.get(timeZone);
  const clock =
    known ?? new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (known === undefined) clocks.set(timeZone, clock);
  const [hours = 0, minutes = 0, seconds = 0] = clock.format(nowMs).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
