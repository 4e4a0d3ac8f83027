import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeEach } from 'vitest';

/** Two fake providers for the tests of a file; each test finds them without scripts, and with the file they end. */
export async function twoProviders(): Promise<{ readonly first: FakeUpstream; readonly second: FakeUpstream }> {
  const [first, second] = await Promise.all([startFakeUpstream(), startFakeUpstream()]);
  beforeEach(() => {
    first.clearScripts();
    second.clearScripts();
  });
  afterAll(async () => {
    await first.close();
    await second.close();
  });
  return { first, second };
}
