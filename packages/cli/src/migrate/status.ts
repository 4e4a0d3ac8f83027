import type { Environment } from '@stagegate/gateway-engine/config';
import {
  wordStep,
  type ActiveRule,
  type DatedVerdict,
  type GateFacts,
  type RunningReport,
  type Standing,
} from '@stagegate/gateway-engine/cutover';
import type { RuleMatch } from '@stagegate/gateway-engine/ports';
import { renderTable } from '@stagegate/parity/table';
import { openContext, print, shorten, type MigrateContext, type MigrateOptions } from './context.ts';

/** `stagegate migrate status`: the standing of every rule, the reason, and how running gateways have applied it. */
export function showStatus(options: MigrateOptions, env: Environment): void {
  const context = openContext(options, env);
  print(options.json, toJson(context), () => toLines(context));
}

/** A match in a few words: `/v1/ocr, mistral, stream`. */
export function wordMatch({ route, provider, model, stream }: RuleMatch): string {
  const words = [route, provider, model, stream === undefined ? undefined : stream ? 'stream' : 'no stream'];
  const said = words.filter((word) => word !== undefined);
  return said.length === 0 ? 'every call' : said.join(', ');
}

/** A verdict in a few words: `pass: 0 of 3,000, ≤ 0.1 %`. */
export function wordVerdict(verdict: DatedVerdict | undefined): string {
  if (verdict === undefined) return 'none';
  const { mismatched, samples, bound } = verdict;
  const limit = Math.ceil(bound * 1e5 - 1e-9) / 1e3;
  return `${verdict.verdict}: ${mismatched.toLocaleString('en')} of ${samples.toLocaleString('en')}, ≤ ${limit} %`;
}

/** What a rule asks for, and what is in force; both empty for a rule without a candidate. */
export function wordStanding(standing: Standing | undefined): readonly [asked: string, inForce: string] {
  if (standing === undefined) return ['', ''];
  const asked = wordStep(standing);
  return [asked, standing.inForce === 'off' ? 'off' : asked];
}

function toLines({ file, paths, codeHash, facts, active, running, warnings }: MigrateContext): string[] {
  const { off, revision } = facts.state;
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    `Rules of ${file}; code ${shorten(codeHash)}`,
    `Run-time state: revision ${revision} in ${paths.state}`,
    ...(off === undefined ? [] : [`KILL SWITCH since ${off.at}, by ${off.by}: ${off.reason}. Every call is on its serving lane.`]),
    '',
    ...renderTable(
      ['rule', 'serving', 'candidate', 'asked for', 'in force', 'why', 'verdict', 'match'],
      active.rules.map((one) => toRow(one, facts.fingerprints)),
    ),
    `  else: ${active.byDefault.lane}`,
    ...active.rules.flatMap((one) => explainVerdict(one, facts.fingerprints)),
    ...active.dropped.map((name) => `What was said of rule "${name}" at run time is dropped: the rule is another one now, or gone.`),
    ...(running.length === 0 ? ['', 'No gateway runs over this data folder.'] : running.flatMap((report) => ['', ...gatewayLines(report)])),
  ];
}

function toRow({ rule, standing }: ActiveRule, fingerprints: GateFacts['fingerprints']): string[] {
  const [asked, inForce] = wordStanding(standing);
  const isOld = standing?.verdict !== undefined && standing.verdict.fingerprint !== fingerprints.get(rule.name);
  const verdict = standing === undefined ? '' : `${wordVerdict(standing.verdict)}${isOld ? ' (other code or config)' : ''}`;
  return [
    rule.name,
    rule.lane,
    rule.candidate?.lane ?? '',
    asked,
    inForce,
    standing?.why ?? 'no candidate',
    verdict,
    wordMatch(rule.match),
  ];
}

/** Why there is no verdict `pass` for the running code, in short; the report has the details. */
function explainVerdict({ rule, standing }: ActiveRule, fingerprints: GateFacts['fingerprints']): string[] {
  const verdict = standing?.verdict;
  if (verdict === undefined || verdict.verdict === 'pass' || verdict.fingerprint !== fingerprints.get(rule.name)) return [];
  const [shown, more] = [verdict.reasons.slice(0, REASONS_MAX), verdict.reasons.length - REASONS_MAX];
  const rest = more > 0 ? [`  and ${more} more reasons: stagegate parity report`] : [];
  return ['', `${rule.name}: why the verdict is ${verdict.verdict}`, ...shown.map((reason) => `  ${reason}`), ...rest];
}

const REASONS_MAX = 4;

function gatewayLines({ pid, startedAt, codeHash, calls, declined }: RunningReport): string[] {
  const code = codeHash === null ? 'code without a fingerprint' : `code ${shorten(codeHash)}`;
  const counts = calls.map(({ rule, lane, why, count }) => [rule, lane, count.toLocaleString('en'), why]);
  const refused = declined.map(({ rule, lane, by, reason, servedBy, count }) => [
    rule,
    lane,
    count.toLocaleString('en'),
    servedBy ?? 'nobody: 400',
    `${by}: ${reason}`,
  ]);
  return [
    `Gateway ${pid}, ${code}, since ${startedAt}`,
    ...(counts.length === 0 ? ['  no calls yet'] : renderTable(['rule', 'lane', 'calls', 'why'], counts)),
    ...(refused.length === 0 ? [] : ['declined:', ...renderTable(['rule', 'lane', 'calls', 'served by', 'reason'], refused)]),
  ];
}

function toJson({ file, codeHash, facts, active, running, warnings }: MigrateContext): unknown {
  return {
    file,
    codeHash,
    revision: facts.state.revision,
    off: facts.state.off ?? null,
    rules: active.rules.map(({ rule, standing }) => ({
      name: rule.name,
      match: rule.match,
      lane: rule.lane,
      candidate: rule.candidate?.lane ?? null,
      ...(standing !== undefined && {
        mode: standing.mode,
        percent: standing.percent,
        inForce: standing.inForce,
        why: standing.why,
        fingerprint: facts.fingerprints.get(rule.name) ?? null,
        verdict: standing.verdict ?? null,
        forced: standing.said?.forced ?? null,
      }),
    })),
    default: active.byDefault.lane,
    dropped: active.dropped,
    gateways: running,
    warnings,
  };
}
