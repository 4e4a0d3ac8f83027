import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/** A browser to look at pages with: the one that a test's environment names (STAGEGATE_CHROMIUM), else one of its PATH. Undefined: there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const told = env['STAGEGATE_CHROMIUM'];
  if (told !== undefined && existsSync(told)) return told;
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}
