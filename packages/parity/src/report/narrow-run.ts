import type { ParityRun } from './parity-run.ts';

/** The run with these of its rules alone, which it says where people read it; absent: as it is. Throws where it has no such rule. */
export function narrowRun(run: ParityRun, names: readonly string[] | undefined): ParityRun {
  if (names === undefined) return run;
  const known = run.rules.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--rule: there is no rule "${unknown}"; the rules: ${known.join(', ')}`);
  const rules = run.rules.filter(({ name }) => names.includes(name));
  return { ...run, rules, from: `${run.from}; of ${known.length} rules only ${rules.map(({ name }) => name).join(', ')}` };
}
