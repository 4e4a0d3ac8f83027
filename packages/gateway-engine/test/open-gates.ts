import { activate, NO_STATE, type ActiveMigration } from '../src/cutover/index.ts';
import type { Migration } from '../src/ports/index.ts';

/** A migration as it is in force when every gate is open: each rule does what its candidate's mode says. */
export function openGates(migration: Migration): ActiveMigration {
  const forced = { at: '2026-01-01T00:00:00Z', by: 'test', reason: 'test', fingerprint: 'f' };
  const said = migration.rules.flatMap(({ name, match, lane, candidate }) =>
    candidate === undefined ? [] : [[name, { ...forced, ...candidate, match, lane, candidate: candidate.lane, forced }] as const],
  );
  const fingerprints = new Map(migration.rules.map(({ name }) => [name, 'f']));
  return activate(migration, { fingerprints, verdicts: [], state: { ...NO_STATE, rules: Object.fromEntries(said) } });
}
