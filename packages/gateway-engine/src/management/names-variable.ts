/** What is said to whoever names a variable of the environment over HTTP. */
export const NO_VARIABLES = 'os.environ/ names variables of the gateway: only its config file may use them.';

/** Whether a text in a value, at any depth, names a variable of the environment: those are the operator's to use, in his file alone. */
export function namesVariable(value: unknown): boolean {
  return JSON.stringify(value).includes('os.environ/');
}
