import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const FILE = new URL('../../RESULTS.md', import.meta.url);
const TITLE = `# Results

Absolute figures move from machine to machine; ratios within one run are what counts. CPU is the gateway process's own, user and
system, from /proc. Gateway, mock and load share the machine's cores.
`;

/** What a section is headed by: everything needed to measure it again. */
export interface Circumstances {
  readonly command: string;
  readonly flags: readonly string[];
}

/** Puts a section into RESULTS.md, in place of the one of that name. */
export function writeSection(name: string, circumstances: Circumstances, text: string): void {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : TITLE;
  const [title = TITLE, ...sections] = old.split(/^(?=## )/mu);
  const made = `## ${name}\n\n${describe(circumstances)}\n\n${text}\n\n`;
  const at = sections.findIndex((section) => section.startsWith(`## ${name}\n`));
  const all = at === -1 ? [...sections, made] : sections.with(at, made);
  writeFileSync(FILE, `${[title, ...all].join('').trimEnd()}\n`);
}

function describe({ command, flags }: Circumstances): string {
  const [first] = cpus();
  const machine = `${cpus().length} × ${first?.model ?? 'unknown CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB`;
  const versions = `Node ${process.versions.node} (V8 ${process.versions.v8}), undici ${undiciVersion()}, ${process.platform}`;
  const date = new Date().toISOString().slice(0, 10);
  return `\`${command}\` on ${machine}; ${versions}; V8 flags \`${flags.join(' ')}\`; ${date}.`;
}

function undiciVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../node_modules/undici/package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}
