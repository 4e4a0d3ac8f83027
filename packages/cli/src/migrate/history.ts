import { existsSync } from 'node:fs';
import { gatePaths, readHistory, type HistoryEntry } from '@stagegate/gateway-engine/cutover';
import { renderTable } from '@stagegate/parity/table';
import { print, shorten, wordNoData, type MigrateOptions } from './context.ts';
import { wordVerdict } from './status.ts';

/** `stagegate migrate history [RULE]`: who changed what, when, and on what evidence; newest last. */
export function showHistory(rule: string | undefined, { data, json }: Pick<MigrateOptions, 'data' | 'json'>): void {
  const entries = readHistory(gatePaths(data).history).filter(
    (entry) => rule === undefined || entry.rule === undefined || entry.rule === rule,
  );
  print(json, entries, () =>
    entries.length === 0
      ? [existsSync(data) ? `nothing was changed ${rule === undefined ? '' : `of rule "${rule}" `}yet` : wordNoData(data)]
      : renderTable(['when', 'who', 'what', 'rule', 'step', 'evidence', 'reason'], entries.map(toRow)),
  );
}

function toRow({ at, by, action, rule, from, to, evidence, fingerprint, reason }: HistoryEntry): string[] {
  const step = from === undefined || to === undefined ? '' : `${from} → ${to}`;
  const code = fingerprint === undefined ? '' : `for ${shorten(fingerprint)}`;
  const shown = evidence === undefined ? code : `${wordVerdict(evidence)} ${code}`;
  return [at, by, action, rule ?? 'all', step, shown.trim(), reason ?? ''];
}
