import type { Plan } from '../contract/plan.ts';

/** An option of the deployment as text, else its row's default. */
export function readOption({ settings, provider }: Pick<Plan, 'settings' | 'provider'>, name: string): string | undefined {
  const said = settings.options[name];
  if (typeof said === 'string' && said !== '') return said;
  if (typeof said === 'number') return String(said);
  return provider.optionDefaults?.[name];
}
