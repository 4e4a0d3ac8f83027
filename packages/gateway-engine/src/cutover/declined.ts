import type { Declined, LaneChoice, LaneId, Migration } from '../ports/index.ts';

const SPEAKERS: readonly Declined['by'][] = ['core', 'engine', 'shell'];

/**
 * The lane that gets a declined call next. There is one such hop, before anything was sent upstream.
 *
 * out: what core declines only the reference can serve, because three lanes share core; what a shell or the engine declines goes to the
 *      rule's serving lane, and from that to the reference. Undefined when there is no such lane: then the client gets the 400.
 */
export function hopAfter(declined: Declined, choice: LaneChoice, migration: Migration): LaneId | undefined {
  const reference = migration.referenceUrl !== undefined && choice.lane !== 'reference' ? 'reference' : undefined;
  if (declined.by === 'core' || choice.servingLane === choice.lane) return reference;
  return choice.servingLane;
}

/** Reads the header of a lane's answer; undefined when the lane served the call. */
export function readDeclined(answer: Response): Declined | undefined {
  const header = answer.headers.get('x-stagegate-declined');
  const by = SPEAKERS.find((speaker) => header?.startsWith(`${speaker}: `) === true);
  return header === null || by === undefined ? undefined : { by, reason: header.slice(by.length + 2) };
}
