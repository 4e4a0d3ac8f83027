export { runCli } from './run-cli.ts';
export { startDemoUpstream, type DemoUpstream } from './demo/demo-upstream.ts';
