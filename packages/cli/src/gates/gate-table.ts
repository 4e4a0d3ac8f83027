import { wordStep, type ActiveMigration, type ActiveRule } from '@stagegate/gateway-engine/cutover';
import { renderTable } from '@stagegate/parity/table';

/** How the rules stand, for people: who serves, who is to serve, what is asked for, what is in force, and why. Empty when nothing moves. */
export function gateLines({ rules, dropped }: ActiveMigration): string[] {
  const moving = rules.filter(({ standing }) => standing !== undefined);
  const gone = dropped.map((name) => `What was said of rule "${name}" at run time is dropped: the rule is another one now, or gone.`);
  if (moving.length === 0) return gone;
  return [...renderTable(['rule', 'serving', 'candidate', 'asked for', 'in force', 'why'], moving.map(toRow)), ...gone];
}

function toRow({ rule, standing }: ActiveRule): string[] {
  const asked = standing === undefined ? 'off' : wordStep(standing);
  const inForce = standing === undefined || standing.inForce === 'off' ? 'off' : asked;
  return [rule.name, rule.lane, rule.candidate?.lane ?? '', asked, inForce, standing?.why ?? 'no candidate'];
}
