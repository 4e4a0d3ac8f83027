import type { Environment } from '@stagegate/gateway-engine/config';
import {
  changeGateState,
  gatePaths,
  lift,
  nextStep,
  promote,
  readGateState,
  readRunning,
  rollBack,
  standingOf,
  switchOff,
  wordStep,
  type DatedVerdict,
  type GateChange,
  type GateState,
  type Standing,
  type Step,
} from '@stagegate/gateway-engine/cutover';
import type { CandidateMode, MigrationRule } from '@stagegate/gateway-engine/ports';
import { Exit } from '../serve/exit.ts';
import { changeNow, expectData, factsWith, findRule, openContext, print, type MigrateContext, type MigrateOptions } from './context.ts';
import { wordVerdict } from './status.ts';

/** Options of `stagegate migrate promote`. */
export interface PromoteOptions extends MigrateOptions {
  readonly to?: string;
  readonly percent?: string;
  readonly verdicts?: string;
  readonly force?: boolean;
  readonly reason?: string;
}

/** `stagegate migrate promote RULE`: moves a rule one step up. Throws Exit 2 with the reason where its gate refuses. */
export function promoteRule(name: string, options: PromoteOptions, env: Environment): void {
  const forceReason = readForce(options);
  const context = openContext(options, env);
  const rule = findRule(context, name);
  const facts = factsWith(context, options.verdicts);
  const before = standingOf(rule, facts);
  const step = readStep(rule, before?.inForce ?? 'off', options);
  if (forceReason === undefined && before !== undefined && isThere(before, step)) {
    print(options.json, { state: facts.state, gateways: [] }, () => [`${name} is there already: ${wordStep(step)}`]);
    return;
  }
  const state = change(options, context, (now) => {
    const promotion = promote(rule, step, { ...facts, state: now }, forceReason, changeNow());
    if (!promotion.ok) throw new Exit(2, wordRefusal(name, promotion.why, now, before?.verdict));
    return promotion.change;
  });
  const said = state.rules[name];
  const grounds = said?.verdict?.verdict === 'pass' ? wordVerdict(said.verdict) : `by force: ${forceReason ?? ''}`;
  report(options, state, context, `${name}: ${wordStep(step)}, from ${rule.lane} to ${rule.candidate?.lane ?? ''} (${grounds})`);
}

/** `stagegate migrate rollback RULE`: puts a rule back on its serving lane. No gate is asked. */
export function rollBackRule(name: string, options: MigrateOptions & { readonly reason?: string }, env: Environment): void {
  const context = openContext(options, env);
  const rule = findRule(context, name);
  // What the config file alone says is written down: it may say something else tomorrow.
  if (standingOf(rule, context.facts)?.said?.mode === 'off') {
    print(options.json, { state: context.facts.state, gateways: [] }, () => [`${name} is off already: nothing was to be done`]);
    return;
  }
  const state = change(options, context, (now) => rollBack(rule, { ...context.facts, state: now }, options.reason, changeNow()));
  report(options, state, context, `${name}: off, every call on ${rule.lane}`);
}

/**
 * `stagegate migrate off`: puts every rule back on its serving lane; `--lift` ends that. It reads only the data folder, so that a broken config
 * file cannot prevent it.
 */
export function switchAll(options: MigrateOptions & { readonly reason?: string; readonly lift?: boolean }): void {
  const { data } = options;
  const context = { paths: gatePaths(data), running: readRunning(data) };
  const lifts = options.lift === true;
  const state = change(options, context, (now) => {
    if (!lifts) return switchOff(now, options.reason ?? 'no reason given', changeNow());
    if (now.off === undefined) throw new Exit(2, '--lift: the kill switch is not on');
    return lift(now, changeNow());
  });
  report(options, state, context, lifts ? 'the kill switch is lifted' : 'the kill switch is on: every rule is on its serving lane');
}

function readForce({ force, reason }: PromoteOptions): string | undefined {
  if (force !== true && reason !== undefined) throw new Exit(2, '--reason: only goes with --force');
  if (force === true && (reason === undefined || reason.trim() === '')) throw new Exit(2, '--force: needs --reason, which is written down');
  return reason;
}

function isThere({ inForce, percent }: Standing, step: Step): boolean {
  return inForce === step.mode && (step.mode !== 'canary' || percent === step.percent);
}

const MODES: readonly CandidateMode[] = ['off', 'canary', 'on'];

/** The step that was asked for, or else the next one. */
function readStep(rule: MigrationRule, from: CandidateMode, { to, percent: text }: PromoteOptions): Step {
  const percent = text === undefined ? undefined : Number(text);
  if (percent !== undefined && !(percent > 0 && percent <= 100))
    throw new Exit(2, `--percent: expected a number above 0, at most 100, found "${text}"`);
  if (to === undefined) {
    if (percent !== undefined) return { mode: 'canary', percent };
    return nextStep(rule, from);
  }
  const mode = MODES.find((one) => one === to && one !== 'off');
  if (mode === undefined) throw new Exit(2, `--to: expected canary or on, found "${to}"`);
  const share = percent ?? rule.candidate?.percent ?? 0;
  if (mode === 'canary' && share === 0) throw new Exit(2, '--to canary: needs --percent, since the config file gives none');
  if (mode === 'on' && percent !== undefined) throw new Exit(2, '--percent: only goes with --to canary');
  return { mode, percent: share };
}

function wordRefusal(name: string, why: string, { off }: GateState, verdict: DatedVerdict | undefined): string {
  const first = why === `verdict ${verdict?.verdict ?? ''}` ? verdict?.reasons[0] : undefined;
  const gate = `${name} stays where it is: ${why}${first === undefined ? '' : ` (${first})`}`;
  if (off !== undefined) return `${gate}, since ${off.at} (${off.reason}); "stagegate migrate off --lift" ends it`;
  return `${gate}; "stagegate migrate status" tells more, "stagegate parity replay" makes a verdict, --force --reason goes without one`;
}

function change({ data }: MigrateOptions, { paths }: Pick<MigrateContext, 'paths'>, make: (state: GateState) => GateChange): GateState {
  expectData(data);
  try {
    return changeGateState(paths, make);
  } catch (error) {
    if (error instanceof Exit) throw error;
    const { unreadable } = readGateState(paths.state);
    if (unreadable !== undefined)
      throw new Exit(
        1,
        `${unreadable}; as long as it is so, every gate is shut. Put the file right, or take it away: then the config file holds`,
      );
    throw new Exit(1, error instanceof Error ? error.message : String(error));
  }
}

function report({ json }: MigrateOptions, state: GateState, { running }: Pick<MigrateContext, 'running'>, line: string): void {
  const gateways = running.map(({ pid }) => pid);
  const where =
    gateways.length === 0
      ? 'no gateway runs over this data folder; the next one will'
      : `gateway ${gateways.join(', ')} follows within a second`;
  print(json, { state, gateways }, () => [line, where]);
}
