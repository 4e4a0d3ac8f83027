import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RouteDriver, type DrivenCall } from '../../test/route-driver.ts';
import { Oracle, type Outcome, type Step, type World } from '../../test/route-oracle.ts';

const OUTCOMES: readonly Outcome[] = ['ok', 'ok', 'gone', 400, 401, 402, 404, 408, 409, 429, 500, 503, 503];

type Command =
  | { readonly kind: 'begin'; readonly group: 'one' | 'two' | 'three' }
  | { readonly kind: 'finish'; readonly which: number; readonly outcome: Outcome }
  | { readonly kind: 'pass'; readonly ms: number };

const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('begin' as const), group: fc.constantFrom('one' as const, 'two', 'three') }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('finish' as const), which: fc.nat(20), outcome: fc.constantFrom(...OUTCOMES) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 900, 5000, 12_000, 61_000) }) },
  ),
  { maxLength: 60 },
);

const worlds: fc.Arbitrary<World> = fc.record({
  groups: fc.constant({ one: ['a'], two: ['b', 'c'], three: ['d', 'e', 'f'] }),
  fallbacks: fc.constantFrom({}, { one: ['two', 'three'], two: ['three'] }, { one: ['two'], two: ['one', 'one'], three: ['one'] }),
  retries: fc.nat(3),
  cooldownMs: fc.constantFrom(5000, 1000),
  depthMax: fc.constantFrom(5, 1, 0),
  attemptsMax: fc.constantFrom(Infinity, Infinity, 3),
  allowedFails: fc.constantFrom(undefined, undefined, 0, 2),
});

/** Plays the commands to both, and compares every step they say. */
function play(world: World, played: readonly Command[]): void {
  const [driver, oracle] = [new RouteDriver(world), new Oracle(world)];
  const open: { readonly ours: DrivenCall; readonly theirs: ReturnType<Oracle['begin']>['call']; wakeMs: number | undefined }[] = [];
  const note = (call: (typeof open)[number], ours: Step, theirs: Step): void => {
    expect(ours).toStrictEqual(theirs);
    call.wakeMs = ours.kind === 'wait' ? driver.nowMs + ours.ms : undefined;
    if (ours.kind === 'end') open.splice(open.indexOf(call), 1);
  };
  const wake = (): void => {
    const awake = open.filter(({ wakeMs }) => wakeMs !== undefined && wakeMs <= driver.nowMs);
    for (const call of awake) note(call, driver.go(call.ours), oracle.go(call.theirs));
  };
  for (const command of played) {
    if (command.kind === 'pass') {
      driver.nowMs += command.ms;
      oracle.nowMs += command.ms;
      wake();
    } else if (command.kind === 'begin') {
      const [ours, theirs] = [driver.begin(command.group), oracle.begin(command.group)];
      const call = { ours: ours.call, theirs: theirs.call, wakeMs: undefined };
      open.push(call);
      note(call, ours.step, theirs.step);
    } else {
      const asking = open.filter(({ wakeMs }) => wakeMs === undefined);
      const call = asking[command.which % Math.max(1, asking.length)];
      if (call !== undefined) note(call, driver.go(call.ours, command.outcome), oracle.go(call.theirs, command.outcome));
    }
  }
}

test('retries, fallbacks, cooldowns and half-open probes are those of the oracle, in 10,000 histories', () => {
  fc.assert(fc.property(worlds, commands, play), { numRuns: 10_000 });
}, 120_000);

test('the retry budget is the oracle’s too, when everything fails at once', () => {
  const world: World = {
    groups: { one: ['a'], two: ['b', 'c'], three: ['d', 'e', 'f'] },
    fallbacks: { one: ['two'] },
    retries: 2,
    cooldownMs: 5000,
    depthMax: 5,
    attemptsMax: Infinity,
    allowedFails: undefined,
  };
  const storm = Array.from({ length: 3000 }, (_, at): Command[] => [
    { kind: 'begin', group: at % 3 === 0 ? 'one' : 'two' },
    { kind: 'finish', which: at % 7, outcome: 503 },
    { kind: 'finish', which: at % 5, outcome: 500 },
    ...(at % 4 === 0 ? [{ kind: 'pass', ms: 20 } as const] : []),
  ]);
  play(world, storm.flat());
});

test.each<[string, World['fallbacks'], number, number | undefined]>([
  ['alone', {}, 2, undefined],
  ['with fallbacks', { one: ['two', 'three'], two: ['three'] }, 2, undefined],
  ['with many retries', { one: ['two'] }, 10, undefined],
  ['where nothing cools down', { one: ['two', 'three'] }, 5, Infinity],
])(
  'a minute without any provider, %s: calls to providers stay within the budget, and calls are answered once they are back',
  (_, fallbacks, retries, allowedFails) => {
    const driver = new RouteDriver({
      groups: { one: ['a'], two: ['b', 'c'], three: ['d', 'e', 'f'] },
      fallbacks,
      retries,
      cooldownMs: 5000,
      depthMax: 5,
      attemptsMax: Infinity,
      allowedFails,
    });
    const healsMs = 60_000;
    const sleeping: { readonly call: DrivenCall; readonly wakeMs: number }[] = [];
    const lateCalls = new Set<DrivenCall>();
    let [calls, asked, answered] = [0, 0, 0];
    const run = (call: DrivenCall, from: Step): void => {
      let step = from;
      while (step.kind === 'ask') {
        if (driver.nowMs < healsMs) asked += 1;
        step = driver.go(call, driver.nowMs < healsMs ? 503 : 'ok');
      }
      if (step.kind === 'wait') sleeping.push({ call, wakeMs: driver.nowMs + step.ms });
      else if (lateCalls.has(call) && step.outcome === 'ok') answered += 1;
    };
    // 200 calls a second, and ten seconds more to see them answered.
    for (; driver.nowMs < healsMs + 10_000; driver.nowMs += 5) {
      for (const waiting of sleeping.splice(0)) {
        if (waiting.wakeMs > driver.nowMs) sleeping.push(waiting);
        else run(waiting.call, driver.go(waiting.call));
      }
      const { call, step } = driver.begin(['one', 'two', 'three'][calls % 3] ?? 'one');
      calls += 1;
      if (driver.nowMs >= healsMs + 5000) lateCalls.add(call);
      run(call, step);
    }
    const during = healsMs / 5;
    expect(asked).toBeLessThanOrEqual(1.2 * during + 10 * (healsMs / 1000));
    expect(answered / lateCalls.size).toBeGreaterThanOrEqual(0.99);
  },
);
