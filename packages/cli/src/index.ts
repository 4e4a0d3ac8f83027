export { runCli } from './run-cli.ts';
export { startDemoUpstream, type DemoUpstream } from './demo/demo-upstream.ts';
export { wire, type Wired } from './wire.ts';
