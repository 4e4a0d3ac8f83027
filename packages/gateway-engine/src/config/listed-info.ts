import type { ListedInfo } from '../ports/index.ts';
import type { ParsedDeployment } from './parsed-config.ts';

/** What a row's `model_info` says of its model in lists; absent where it says nothing. */
export function toListedInfo({ model_info: info }: ParsedDeployment): { readonly listed?: ListedInfo } {
  const mode = textOf(info?.['mode']);
  const displayName = textOf(info?.['display_name']);
  const inputTokensMax = limitOf(info?.['max_input_tokens']);
  const outputTokensMax = limitOf(info?.['max_output_tokens']);
  const listed: ListedInfo = {
    ...(mode !== undefined && { mode }),
    ...(displayName !== undefined && { displayName }),
    ...(inputTokensMax !== undefined && { inputTokensMax }),
    ...(outputTokensMax !== undefined && { outputTokensMax }),
  };
  return Object.keys(listed).length === 0 ? {} : { listed };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Whole tokens. Operators also write them in quotes; what is no number is left out, as in the reference. */
function limitOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const limit = Math.trunc(Number(value));
  return Number.isFinite(limit) ? limit : undefined;
}
