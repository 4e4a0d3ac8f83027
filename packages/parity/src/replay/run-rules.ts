import { DEFAULT_GATE, DEFAULT_RULE } from '@stagegate/gateway-engine/ports';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { fingerprintOf } from '@stagegate/gateway-engine/cutover';
import type { LaneId } from '@stagegate/gateway-engine/ports';
import type { RunRule } from '../report/parity-run.ts';

/**
 * The rules of a configuration as a run judges them: each with its candidate, or with the lanes asked for where it has none. Calls of
 * no rule are judged together.
 *
 * in: `lanes` asked for, in order; `codeHash` of the bundle that plays, without which no gate can use a verdict.
 */
export function toRunRules(config: LoadedConfig, lanes: readonly LaneId[], codeHash: string | undefined): readonly RunRule[] {
  const { rules, defaultLane } = config.migration;
  return [
    ...rules.map((rule): RunRule => {
      const asked = rule.candidate === undefined ? lanes : lanes.filter((lane) => lane === rule.candidate?.lane);
      const fingerprint = codeHash === undefined || rule.candidate === undefined ? undefined : fingerprintOf(codeHash, rule, config);
      return {
        name: rule.name,
        serving: rule.lane,
        candidates: asked.filter((lane) => lane !== rule.lane),
        gate: rule.gate ?? DEFAULT_GATE,
        ...(fingerprint !== undefined && { fingerprint }),
      };
    }),
    rules.length > 0
      ? { name: DEFAULT_RULE, serving: defaultLane, candidates: lanes.filter((lane) => lane !== defaultLane), gate: DEFAULT_GATE }
      : withoutRules(lanes),
  ];
}

/** Nothing moves: the lanes asked for are held against the record and each other. */
function withoutRules(lanes: readonly LaneId[]): RunRule {
  const [serving, ...candidates] = lanes.length > 1 ? lanes : ['reference' as const, ...lanes];
  return { name: DEFAULT_RULE, serving: serving ?? 'reference', candidates, gate: DEFAULT_GATE };
}
