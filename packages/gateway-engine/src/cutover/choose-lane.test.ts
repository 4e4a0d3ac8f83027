import { expect, test } from 'vitest';
import type { Migration, MigrationRule } from '../ports/index.ts';
import { openGates } from '../../test/open-gates.ts';
import type { ActiveMigration } from './activate.ts';
import { chooseLane } from './choose-lane.ts';
import type { BodyFacts } from './match-rule.ts';

const CHAT = ['/v1/chat/completions', '/chat/completions'];
const OCR = ['/v1/ocr', '/ocr'];

const NOBODY = { key: () => undefined, keyHash: () => undefined, team: () => undefined, session: () => undefined };

/** The rules as they are in force when every gate is open. */
function active(rules: readonly MigrationRule[], more: Partial<Migration> = {}): ActiveMigration {
  return openGates({ referenceUrl: undefined, rules, defaultLane: 'hono', ...more });
}

function body(providers: readonly string[], stream = false, model = 'gpt-x'): BodyFacts {
  return { kind: 'read', model, stream, providers, guarded: false };
}

const byProvider: MigrationRule = { name: 'p', match: { provider: 'openai' }, lane: 'legacy-thin' };
const byPath: MigrationRule = { name: 'path', match: { route: '/v1/ocr' }, lane: 'legacy-io' };
const byStream: MigrationRule = { name: 's', match: { route: '/chat/completions', stream: true }, lane: 'legacy-thin' };
const byModel: MigrationRule = { name: 'm', match: { model: 'gpt-*' }, lane: 'legacy-io' };
const moving: MigrationRule = { ...byPath, candidate: { lane: 'hono', mode: 'on', percent: 0, sticky: 'key' } };
const resting: MigrationRule = { ...byPath, candidate: { lane: 'hono', mode: 'off', percent: 0, sticky: 'key' } };

interface Case {
  readonly name: string;
  readonly rules: readonly MigrationRule[];
  readonly referenceUrl?: string;
  readonly paths?: readonly string[];
  readonly routeKnown?: boolean;
  readonly guards?: 'some' | 'all';
  readonly body: BodyFacts;
  readonly expected: readonly [lane: string, rule: string] | 'unread';
}

const URL_THERE = { referenceUrl: 'http://reference.test' };
const UNREAD: BodyFacts = { kind: 'unread' };
const UNUSABLE: BodyFacts = { kind: 'unusable', why: 'body is not a JSON object' };

const GUARDED: BodyFacts = { kind: 'read', model: 'gpt-x', stream: false, providers: ['openai'], guarded: true };

const cases: readonly Case[] = [
  {
    name: 'guards over all calls come before every rule',
    rules: [byPath],
    ...URL_THERE,
    guards: 'all',
    paths: OCR,
    body: UNREAD,
    expected: ['reference', 'guarded'],
  },
  {
    name: 'guards over some models ask for the body',
    rules: [byPath],
    ...URL_THERE,
    guards: 'some',
    paths: OCR,
    body: UNREAD,
    expected: 'unread',
  },
  {
    name: 'a guarded model is the reference’s',
    rules: [byModel],
    ...URL_THERE,
    guards: 'some',
    body: GUARDED,
    expected: ['reference', 'guarded'],
  },
  {
    name: 'a model beside it is not',
    rules: [byModel],
    ...URL_THERE,
    guards: 'some',
    body: body(['openai']),
    expected: ['legacy-io', 'm'],
  },
  { name: 'guards that were accepted without a reference', rules: [byModel], guards: 'all', body: GUARDED, expected: ['legacy-io', 'm'] },
  { name: 'no rules and no reference need no body', rules: [], body: UNREAD, expected: ['hono', 'default'] },
  { name: 'a reference makes the default ask for the model', rules: [], ...URL_THERE, body: UNREAD, expected: 'unread' },
  { name: 'a known model is the default’s', rules: [], ...URL_THERE, body: body(['openai']), expected: ['hono', 'default'] },
  { name: 'an unknown model is the reference’s', rules: [], ...URL_THERE, body: body([]), expected: ['reference', 'undecided'] },
  { name: 'an unknown model without a reference is the default’s', rules: [byProvider], body: body([]), expected: ['hono', 'default'] },
  {
    name: 'a body that is not JSON is the reference’s',
    rules: [byProvider],
    ...URL_THERE,
    body: UNUSABLE,
    expected: ['reference', 'undecided'],
  },
  { name: 'a body that is not JSON, without a reference', rules: [byProvider], body: UNUSABLE, expected: ['hono', 'default'] },
  {
    name: 'an unknown route is the reference’s',
    rules: [],
    ...URL_THERE,
    routeKnown: false,
    body: UNREAD,
    expected: ['reference', 'undecided'],
  },
  {
    name: 'an unknown route is the reference’s, whatever a rule says of its model',
    rules: [byModel],
    ...URL_THERE,
    routeKnown: false,
    body: body(['openai']),
    expected: ['reference', 'undecided'],
  },
  { name: 'an unknown route without a reference', rules: [], routeKnown: false, body: UNREAD, expected: ['hono', 'default'] },
  {
    name: 'a route without a body is the default’s',
    rules: [byProvider],
    ...URL_THERE,
    body: { kind: 'none' },
    expected: ['hono', 'default'],
  },
  { name: 'a path alone needs no body', rules: [byPath, byProvider], paths: OCR, body: UNREAD, expected: ['legacy-io', 'path'] },
  { name: 'a path alone matches by an alias', rules: [byPath], paths: ['/ocr', '/v1/ocr'], body: UNREAD, expected: ['legacy-io', 'path'] },
  { name: 'an earlier rule may need the body first', rules: [byProvider, byPath], paths: OCR, body: UNREAD, expected: 'unread' },
  { name: 'the first match wins', rules: [byProvider, byModel], body: body(['openai']), expected: ['legacy-thin', 'p'] },
  { name: 'all candidates have the provider', rules: [byProvider], body: body(['openai']), expected: ['legacy-thin', 'p'] },
  { name: 'a mixed group matches no provider', rules: [byProvider], body: body(['openai', 'groq']), expected: ['hono', 'default'] },
  { name: 'a rule without a provider takes a mixed group', rules: [byModel], body: body(['openai', 'groq']), expected: ['legacy-io', 'm'] },
  { name: 'stream', rules: [byStream], body: body(['openai'], true), expected: ['legacy-thin', 's'] },
  { name: 'not stream', rules: [byStream], body: body(['openai'], false), expected: ['hono', 'default'] },
  { name: 'candidate on', rules: [moving], paths: OCR, body: UNREAD, expected: ['hono', 'path'] },
  { name: 'candidate off', rules: [resting], paths: OCR, body: UNREAD, expected: ['legacy-io', 'path'] },
];

test.each(cases)('$name', ({ rules, referenceUrl, paths = CHAT, routeKnown = true, guards = 'none' as const, body: facts, expected }) => {
  const choice = chooseLane(active(rules, { referenceUrl }), { paths, routeKnown, guards, body: facts, caller: NOBODY });
  expect(choice === 'unread' ? choice : [choice.lane, choice.rule]).toStrictEqual(expected);
});

test('where the reference is the default, nothing needs to be read', () => {
  const choice = chooseLane(active([], { ...URL_THERE, defaultLane: 'reference' }), {
    paths: CHAT,
    routeKnown: false,
    guards: 'none',
    body: UNREAD,
    caller: NOBODY,
  });
  expect(choice).toMatchObject({ lane: 'reference', rule: 'default' });
});

test('a moved call keeps its serving lane in sight', () => {
  const choice = chooseLane(active([moving]), { paths: OCR, routeKnown: true, guards: 'none', body: UNREAD, caller: NOBODY });
  expect(choice).toStrictEqual({ lane: 'hono', servingLane: 'legacy-io', rule: 'path', why: 'candidate on, by force' });
});
