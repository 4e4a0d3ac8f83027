import type { JsonValue } from '../../contract/json.ts';

const LEAD = /^data:[^,]*,/u;

/** Whether an input is an image as a data URL in base64. Source: LiteLLM 1.106.2, utils.py `is_base64_encoded`, read 2026-11-29. */
export function isImage(input: JsonValue | undefined): input is string {
  return typeof input === 'string' && LEAD.test(input) && isBase64(imageBytes(input));
}

/** The part of a data URL after the comma. */
export function imageBytes(url: string): string {
  return url.replace(LEAD, '');
}

function isBase64(text: string): boolean {
  try {
    return btoa(atob(text)) === text;
  } catch {
    return false;
  }
}
