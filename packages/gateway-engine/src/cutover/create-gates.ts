import { statSync, watch } from 'node:fs';
import { makeFolder } from '../files/index.ts';
import type { Log, Migration } from '../ports/index.ts';
import { activate, type ActiveMigration, type ActiveRule } from './activate.ts';
import { gatePaths, readGateState, readVerdicts } from './gate-files.ts';
import { NO_STATE } from './gate-state.ts';

/** The longest until a change is in force; where the file system reports changes, it is at once. */
const POLL_MS = 250;

/** What gates are made of. */
export interface GatesOptions {
  readonly migration: Migration;
  /** By name of the rule, for the code and configuration that are running. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** The data folder, where `stagegate migrate` and replays write. */
  readonly data: string;
  readonly log: Log;
}

/** The migration in force. */
export interface Gates {
  /** Replaced as a whole when something changes: a call goes on with the one that it has read. */
  readonly active: ActiveMigration;
  readonly close: () => void;
}

/** Rules in force for good, for a migration in which nothing moves. */
export function fixedGates(migration: Migration): Gates {
  const active = activate(migration, { fingerprints: new Map(), verdicts: [], state: NO_STATE });
  return { active, close: () => undefined };
}

/**
 * Makes gates that follow the run-time state and the verdicts on disk. A change is logged, and in force within a second.
 *
 * errors: throws when the data folder cannot be made. A file that cannot be read later shuts every gate, and is logged.
 * cost:   two stats every quarter of a second.
 */
export function createGates(options: GatesOptions): Gates {
  const { migration, fingerprints, data, log } = options;
  const paths = gatePaths(data);
  makeFolder(paths.folder);
  let seen = '';
  let active: ActiveMigration | undefined;
  const look = (): ActiveMigration => {
    const now = [paths.state, paths.verdicts].map(stampOf).join(' ');
    if (active !== undefined && now === seen) return active;
    seen = now;
    const { verdicts, problem } = readVerdicts(paths.verdicts);
    if (problem !== undefined) log.warn('verdicts cannot be read', { why: problem });
    const { state, unreadable } = readGateState(paths.state);
    if (unreadable !== undefined) log.error('run-time state cannot be read: every gate is shut', { why: unreadable });
    const next = activate(migration, { fingerprints, verdicts, state, ...(unreadable !== undefined && { unreadable }) });
    logChanges(active, next, log);
    active = next;
    return next;
  };
  look();
  const timer = setInterval(look, POLL_MS).unref();
  // Not every file system reports changes, so that the timer looks, too.
  const watcher = watch(paths.folder, { persistent: false }, look).on('error', () => watcher.close());
  return {
    get active() {
      return active ?? look();
    },
    close: () => {
      clearInterval(timer);
      watcher.close();
    },
  };
}

function stampOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino}-${stat.mtimeNs}-${stat.size}`;
}

function logChanges(before: ActiveMigration | undefined, now: ActiveMigration, log: Log): void {
  for (const [index, rule] of now.rules.entries()) {
    const was = before?.rules[index];
    if (rule.standing === undefined || (was !== undefined && wordOf(was) === wordOf(rule))) continue;
    const { mode, inForce, percent, why } = rule.standing;
    const held = mode !== 'off' && inForce === 'off';
    log[held ? 'warn' : 'info']('gate', { rule: rule.rule.name, mode, inForce, percent: inForce === 'canary' ? percent : undefined, why });
  }
  for (const name of now.dropped) {
    if (before?.dropped.includes(name) !== true) log.warn('run-time state dropped: the rule is another one now', { rule: name });
  }
}

function wordOf({ standing }: ActiveRule): string {
  return JSON.stringify([standing?.mode, standing?.inForce, standing?.percent, standing?.why]);
}
