import type { MediaSettings } from '../ports/index.ts';
import type { Environment } from './env-refs.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { Flag, Texts } from './value-schemas.ts';

const VARIABLE = 'MAX_IMAGE_URL_DOWNLOAD_SIZE_MB';
const MEGABYTES_MAX = 50;
const BYTES_OF_MEGABYTE = 1024 * 1024;

/** Where media may be fetched from. The reference reads them in either of two sections, of which `general_settings` counts. */
export const MEDIA_SETTINGS = {
  user_url_validation: Flag,
  user_url_allowed_hosts: Texts,
} as const;

/** The same, read. */
export interface ParsedMedia {
  readonly user_url_validation?: boolean | null | undefined;
  readonly user_url_allowed_hosts?: readonly string[] | null | undefined;
}

/** The same, as the door to media has them. A variable that is no number is none. */
export function toMediaSettings({ general_settings: general, litellm_settings: litellm }: ParsedConfig, env: Environment): MediaSettings {
  const megabytes = Number(env[VARIABLE] || MEGABYTES_MAX);
  return {
    anyAddress: (general?.user_url_validation ?? litellm?.user_url_validation) === false,
    allowedHosts: general?.user_url_allowed_hosts ?? litellm?.user_url_allowed_hosts ?? [],
    bytesMax: Math.max(0, Number.isNaN(megabytes) ? MEGABYTES_MAX : megabytes) * BYTES_OF_MEGABYTE,
  };
}
