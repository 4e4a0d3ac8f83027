import type { ViteUserConfig } from 'vitest/config';

// Each test starts a process of its own, on a machine that may have other things to do.
const config: ViteUserConfig = { test: { testTimeout: 60_000, hookTimeout: 60_000 } };

export default config;
