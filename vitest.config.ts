import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

/** Of the tests of every package. Their time limits find what hangs; how long something takes is for the bench to say. */
export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: [fileURLToPath(new URL('tests/properties.ts', import.meta.url))],
  },
});
