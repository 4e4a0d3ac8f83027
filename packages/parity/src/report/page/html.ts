const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML text or as the value of an attribute in quotes; characters that HTML cannot hold are replaced. */
export function text(value: string | number): string {
  const sound = String(value).replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/gu, '\uFFFD');
  return sound.replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
}

/** A whole number with thin gaps between its thousands. */
export function whole(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/gu, '\u202F');
}

/** Milliseconds as people read them. */
export function milliseconds(value: number): string {
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`;
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;
}

/** A word as part of an id. */
export function slug(value: string): string {
  return value.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
}

/** What a verdict or an outcome looks like. */
export function badge(name: string): string {
  return `<span class="badge ${text(slug(name))}">${text(name)}</span>`;
}
