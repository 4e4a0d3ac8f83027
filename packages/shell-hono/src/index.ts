export { createHonoShell } from './create-hono-shell.ts';
