import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { readRecords, type CallRecord, type RecordPart, type RecordProblem } from '@stagegate/gateway-engine/record';
import { DEFAULT_RULE } from '@stagegate/gateway-engine/ports';
import { compileModels, type FindDeployments } from '@stagegate/gateway-engine/routing';
import type { AcceptedDifference } from '../compare/accepted-differences.ts';
import { createRedactor, keepAll } from '../compare/redact.ts';
import type { HttpLane } from '../lanes/lane-factory.ts';
import type { ReferencePlayer } from '../reference/reference-player.ts';
import type { RunRule } from '../report/parity-run.ts';
import { generalPath, type Comparison, type Mismatch } from '../verdict/comparison.ts';
import { compareRecord, compareWithItself, type CompareContext, type PlayedLane } from './compare-record.ts';
import { toReplayCall, type ReplayCall } from './replay-call.ts';
import { createReplayLane, type LaneParts, type Played, type ReplayLane } from './replay-lane.ts';
import { compileRuleOf } from './rule-of.ts';

/** What is replayed, and how. */
export interface ReplayOptions {
  /** A folder of segments, or one of them. */
  readonly records: string;
  /** As `toReplayConfig` gives it. */
  readonly config: LoadedConfig;
  /** Records of other rules are not played. */
  readonly rules: readonly RunRule[];
  readonly accepted: readonly AcceptedDifference[];
  /** The share of calls that the first lane is given twice, 0 to 1. */
  readonly noiseShare: number;
  readonly showContent: boolean;
  /** What this process plays of records that are dealt out to several. */
  readonly share: RecordPart;
  /** Ids that are not played, because they were already, or were not asked for. */
  readonly skips: (id: string) => boolean;
  /** Lanes' arguments that a test may break. */
  readonly parts?: Readonly<Partial<Record<HttpLane, LaneParts>>>;
  /** LiteLLM itself, which each call is given to as well; absent: it is not asked. */
  readonly reference?: ReferencePlayer;
  /** Aborted: no further record is begun. */
  readonly signal?: AbortSignal | undefined;
}

/** Told of what a replay does. */
export interface ReplayWatch {
  readonly onComparison: (comparison: Comparison, used: readonly string[]) => void;
  /** A record of a rule that was not asked for has been passed over. */
  readonly onOtherRule: () => void;
  readonly onProblem: (problem: RecordProblem) => void;
}

/** How long records are played before the process may hear of anything else. */
const TURN_MS = 50;

/** Mismatches at one place that are kept whole; the others are counted. */
const EXHIBITS_OF_PLACE_MAX = 3;

/**
 * Plays records through lanes, one after the other: it is all computation. Lanes are wired when a rule first needs them.
 *
 * errors: rejects when the records are not there, or a lane cannot be wired; what is wrong with one record is reported.
 */
export async function replayRecords(options: ReplayOptions, { onComparison, onOtherRule, onProblem }: ReplayWatch): Promise<void> {
  const { signal } = options;
  const replayer = new Replayer(options);
  let [index, turnedMs] = [-1, performance.now()];
  try {
    for await (const record of readRecords(options.records, { onProblem, part: options.share })) {
      if (options.skips(record.id)) {
        index += 1;
        continue;
      }
      const replayed = await replayer.replay(record, index + 1);
      if (replayed === undefined) onOtherRule();
      else {
        index += 1;
        onComparison(replayed.comparison, replayed.used);
      }
      if (performance.now() - turnedMs > TURN_MS) {
        await nextTurn();
        turnedMs = performance.now();
      }
      if (signal?.aborted === true) break;
    }
  } finally {
    await replayer.close();
  }
}

/** Lanes over a configuration, and what is remembered from record to record. */
export class Replayer {
  readonly #options: Omit<ReplayOptions, 'records' | 'share' | 'skips'>;
  readonly #lanes = new Map<HttpLane, ReplayLane>();
  readonly #ruleOf: (call: ReplayCall) => Promise<string>;
  readonly #findDeployments: FindDeployments;
  readonly #rules: ReadonlyMap<string, RunRule>;
  readonly #exhibited = new Map<string, number>();
  /** Every so many calls; 0 is never. */
  readonly #noiseEvery: number;
  readonly #context: CompareContext;

  constructor(options: Omit<ReplayOptions, 'records' | 'share' | 'skips'>) {
    this.#options = options;
    this.#ruleOf = compileRuleOf(options.config);
    this.#findDeployments = compileModels(options.config);
    this.#rules = new Map(options.rules.map((rule) => [rule.name, rule]));
    this.#noiseEvery = options.noiseShare > 0 ? Math.max(1, Math.round(1 / options.noiseShare)) : 0;
    this.#context = {
      accepted: options.accepted,
      redact: () => (options.showContent ? keepAll : createRedactor()),
      exhibits: (mismatches) => this.#isRare(mismatches),
    };
  }

  /** Plays one record in the lanes of its rule and compares what came out; undefined where its rule was not asked for. */
  async replay(record: CallRecord, index: number): Promise<ReturnType<typeof compareRecord> | undefined> {
    const call = await toReplayCall(record);
    if (typeof call === 'string') {
      const name = this.#ruleOfUnplayed(record);
      return name === undefined ? undefined : notCompared(record, name, call);
    }
    const rule = this.#rules.get(await this.#ruleOf(call));
    if (rule === undefined) return undefined;
    const unknown = this.whyUnknown(record);
    if (unknown !== undefined) return notCompared(record, rule.name, unknown);
    const { reference } = this.#options;
    const unplayable = reference?.whyNot(call);
    if (unplayable !== undefined) return notCompared(record, rule.name, `not for LiteLLM: ${unplayable}`);
    const lanes = await this.play(rule, call);
    const [first] = lanes;
    const again =
      first !== undefined && this.#noiseEvery > 0 && index % this.#noiseEvery === 0 ? await this.#again(first.lane, call) : undefined;
    const noise = first === undefined || again === undefined ? undefined : compareWithItself(first.played, again);
    return compareRecord(rule.name, call, { lanes, reference: await reference?.play(call) }, noise, this.#context);
  }

  /** What each lane of a rule makes of a call: the serving lane first, where it is ours. */
  async play(rule: RunRule, call: ReplayCall): Promise<readonly PlayedLane[]> {
    const played: PlayedLane[] = [];
    for (const lane of lanesOf(rule)) played.push({ lane, played: await this.#lane(lane).play(call) });
    return played;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  /** Says which model group a call went to that is not configured: whatever lanes make of the call would say nothing about them. */
  whyUnknown({ attempts }: CallRecord): string | undefined {
    const { deployments } = this.#options.config;
    // What was brought in from elsewhere names no group.
    const isKnown = (group: string): boolean =>
      group === '' || this.#findDeployments(group).length > 0 || deployments.some(({ modelGroup }) => modelGroup === group);
    const unknown = attempts.map(({ deployment }) => deployment.modelGroup).find((group) => !isKnown(group));
    return unknown === undefined ? undefined : `the config has no model ${unknown}`;
  }

  /** The rule that a call was recorded under, which is all that is known of one that cannot be played; of no known rule: the first. */
  #ruleOfUnplayed({ rule = '' }: CallRecord): string | undefined {
    if (this.#rules.has(rule)) return rule;
    const isOther = rule === DEFAULT_RULE || this.#options.config.migration.rules.some(({ name }) => name === rule);
    return isOther ? undefined : this.#options.rules[0]?.name;
  }

  #again(name: string, call: ReplayCall): Promise<Played> | undefined {
    return [...this.#lanes.values()].find((lane) => lane.name === name)?.play(call);
  }

  #lane(name: HttpLane): ReplayLane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const made = createReplayLane(name, this.#options.config, this.#options.parts?.[name]);
    this.#lanes.set(name, made);
    return made;
  }

  #isRare(mismatches: readonly Mismatch[]): boolean {
    const places = [...new Set(mismatches.map(({ sides, path }) => `${sides} ${generalPath(path)}`))];
    const rare = places.some((place) => (this.#exhibited.get(place) ?? 0) < EXHIBITS_OF_PLACE_MAX);
    if (rare) for (const place of places) this.#exhibited.set(place, (this.#exhibited.get(place) ?? 0) + 1);
    return rare;
  }
}

/** The lanes that are played for a rule, each once. */
function lanesOf({ serving, candidates }: RunRule): readonly HttpLane[] {
  return [...new Set([serving, ...candidates])].filter((lane) => lane !== 'reference');
}

function notCompared({ id, route, deployment }: CallRecord, rule: string, why: string): ReturnType<typeof compareRecord> {
  const strata = { route, provider: deployment?.provider ?? 'none' };
  return { comparison: { id, rule, outcome: 'not-compared', strata, mismatches: [], reasons: [why] }, used: [] };
}
