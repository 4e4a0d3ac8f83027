import type { HeaderReader } from '../auth/index.ts';
import type { LaneChoice, RuleMatch } from '../ports/index.ts';
import { ROUTES } from '../routes/index.ts';
import type { ActiveMigration, ActiveRule } from './activate.ts';
import { bucketOf, type Caller } from './bucket.ts';
import { chooseLane, chooseWithin } from './choose-lane.ts';
import { compileFindRoute } from './find-route.ts';
import { guardsOf, matchRule, type CallFacts } from './match-rule.ts';
import { readFacts, readResponseFacts, type CallView } from './read-facts.ts';

/** A call, as it would come in. */
export interface CallToExplain {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly header: HeaderReader;
  readonly body: Uint8Array;
  readonly caller: Caller;
}

const findRoute = compileFindRoute(ROUTES);

/** What the front knows of a call whose body it has read. */
export async function describeCall(call: CallToExplain, models: CallView): Promise<CallFacts> {
  const route = findRoute(call.method, call.path);
  const known = { paths: route?.paths ?? [call.path], routeKnown: route !== undefined, guards: guardsOf(models), caller: call.caller };
  if (route?.responseId !== undefined) {
    const body = readResponseFacts(route.responseId, models);
    return { ...known, routeKnown: body !== undefined, body: body ?? { kind: 'none' } };
  }
  if (route?.hasBody === false) return { ...known, body: { kind: 'none' } };
  const { facts } = await readFacts({ bytes: call.body, whole: true }, call.header('content-type'), route?.pathModel, models);
  return { ...known, body: facts };
}

/** What one rule says to one call. */
export interface ExplainedRule {
  readonly rule: ActiveRule;
  /**
   * The first condition of its match that the call does not meet; undefined when the rule takes the call, or would if none before it did.
   */
  readonly miss: string | undefined;
  /** The lane it would choose. */
  readonly choice: LaneChoice;
  /** 0 to 100, where a canary decides. */
  readonly bucket: number | undefined;
}

/** Why a call goes where it goes, rule by rule. */
export interface ExplainedChoice {
  readonly rules: readonly ExplainedRule[];
  readonly choice: LaneChoice;
}

const MEMBERS = ['route', 'provider', 'model', 'stream'] as const;

/** Explains the choice for a call whose body was read. The choice itself is made by the code that calls go through. */
export function explainLane(active: ActiveMigration, facts: CallFacts): ExplainedChoice {
  const choice = chooseLane(active, facts);
  if (choice === 'unread') throw new Error('a choice is explained with the body read');
  return {
    choice,
    rules: active.rules.map((rule) => ({
      rule,
      miss: missOf(rule.rule.match, facts),
      choice: chooseWithin(rule, facts),
      bucket: rule.standing?.inForce === 'canary' ? bucketOf(rule.rule.name, rule.sticky, facts.caller) : undefined,
    })),
  };
}

/** The first condition that the call does not meet. */
function missOf(match: RuleMatch, facts: CallFacts): string | undefined {
  if (matchRule(match, facts) === 'yes') return undefined;
  const member = MEMBERS.find((name) => match[name] !== undefined && matchRule({ [name]: match[name] }, facts) !== 'yes');
  return member === undefined ? 'all members together' : `${member}: ${wordOf(member, facts)}`;
}

function wordOf(member: (typeof MEMBERS)[number], { paths, body }: CallFacts): string {
  if (member === 'route') return `the call's is ${paths[0] ?? 'unknown'}`;
  if (body.kind === 'unusable') return body.why;
  if (body.kind !== 'read') return 'the route takes no body';
  if (member === 'stream') return body.stream ? 'the call streams' : 'the call does not stream';
  if (body.model === undefined) return 'the call names no model';
  if (body.providers.length === 0) return `nobody serves the model ${body.model}`;
  return member === 'model' ? `the call's is ${body.model}` : `${body.model} is served by ${[...new Set(body.providers)].join(', ')}`;
}
