export { createLegacyShell, type LegacyShellOptions } from './create-legacy-shell.ts';
export type { StageOneOptions } from './stage1/parts.ts';
