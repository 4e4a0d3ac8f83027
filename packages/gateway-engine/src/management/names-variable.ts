/** The message for callers who name an environment variable over HTTP. */
export const NO_VARIABLES = 'os.environ/ names variables of the gateway: only its config file may use them.';

/** Whether a value names an environment variable (`os.environ/…`) at any depth, which only the operator's config file may. */
export function namesVariable(value: unknown): boolean {
  return JSON.stringify(value).includes('os.environ/');
}
