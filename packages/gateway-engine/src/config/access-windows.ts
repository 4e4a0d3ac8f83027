import * as v from 'valibot';
import type { AccessWindow } from '../ports/index.ts';

const TIME = 'a time of day, in quotes ("22:00")';
const TEAMS = 'a list of team ids';
const WINDOW = 'a mapping of start, end, timezone, team_ids';

const TimeOfDay = v.pipe(v.string(TIME), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/u, TIME));

const Window = v.pipe(
  v.strictObject(
    {
      start: TimeOfDay,
      end: TimeOfDay,
      timezone: v.pipe(v.string('a time zone'), v.check(isTimeZone, 'a time zone ("Europe/Paris")')),
      team_ids: v.pipe(v.array(v.pipe(v.string(TEAMS), v.nonEmpty(TEAMS)), TEAMS), v.nonEmpty(TEAMS)),
    },
    WINDOW,
  ),
  v.check(({ start, end }) => secondsOf(start) !== secondsOf(end), 'an end that is not the start'),
);

/** `model_info.access_windows`, as the file has it. */
export const ACCESS_WINDOWS: v.NullishSchema<v.GenericSchema<unknown, readonly ParsedWindow[]>, undefined> = v.nullish(
  v.array(Window, 'a list of windows'),
);

/** One window, checked. */
export interface ParsedWindow {
  readonly start: string;
  readonly end: string;
  readonly timezone: string;
  readonly team_ids: readonly string[];
}

/** The same in the form that calls are judged by. */
export function toWindow({ start, end, timezone, team_ids: teams }: ParsedWindow): AccessWindow {
  return {
    startSeconds: secondsOf(start),
    endSeconds: secondsOf(end),
    endText: end.slice(0, 5),
    timeZone: timezone,
    teams: new Set(teams),
  };
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
