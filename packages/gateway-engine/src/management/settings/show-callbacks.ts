import { isObject, type JsonValue } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts } from '../parts.ts';
import { pythonText } from '../../text/index.ts';

/** GET /get/config/callbacks: the configured callbacks by name, without the values of their settings. */
export async function showCallbacks({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { litellm_settings: settings, general_settings: general, router_settings: router } = config.shown;
  const named = (name: string, type: string): readonly object[] =>
    textsOf(isObject(settings) ? settings[name] : undefined).map((callback) => ({ name: callback, variables: {}, type }));
  const alerting = textsOf(isObject(general) ? general['alerting'] : undefined);
  return {
    status: 'success',
    callbacks: [
      ...named('success_callback', 'success'),
      ...named('failure_callback', 'failure'),
      ...named('callbacks', 'success_and_failure'),
    ],
    alerts: alerting.map((name) => ({ name, variables: {} })),
    active_alerting_destinations: alerting,
    router_settings: router ?? {},
    available_callbacks: {},
  };
}

/** GET /active/callbacks: the same under the reference's own names. */
export async function showActiveCallbacks({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { litellm_settings: settings, general_settings: general } = config.shown;
  const named = (name: string): readonly string[] => textsOf(isObject(settings) ? settings[name] : undefined);
  const alerting = textsOf(isObject(general) ? general['alerting'] : undefined);
  const [callbacks, input, failure, success] = ['callbacks', 'input_callback', 'failure_callback', 'success_callback'].map(named);
  const all = [callbacks, input, failure, success].flatMap((names = []) => names);
  return {
    alerting: alerting.length === 0 ? 'None' : pythonTexts(alerting),
    'litellm.callbacks': callbacks,
    'litellm.input_callback': input,
    'litellm.failure_callback': failure,
    'litellm.success_callback': success,
    'litellm._async_success_callback': [],
    'litellm._async_failure_callback': [],
    'litellm._async_input_callback': [],
    all_litellm_callbacks: all,
    num_callbacks: all.length,
    num_alerting: alerting.length,
    'litellm.request_timeout': config.requestTimeoutSeconds,
  };
}

/** GET /callbacks/list: each callback once, by the outcomes that it is told of. */
export async function listCallbacks({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const { litellm_settings: settings } = config.shown;
  const named = (name: string): readonly string[] => textsOf(isObject(settings) ? settings[name] : undefined);
  const [success, failure, general] = [named('success_callback'), named('failure_callback'), named('callbacks')];
  const both = new Set([...general, ...success.filter((name) => failure.includes(name))]);
  return {
    success: [...new Set(success)].filter((name) => !both.has(name)),
    failure: [...new Set(failure)].filter((name) => !both.has(name)),
    success_and_failure: [...both],
  };
}

function pythonTexts(texts: readonly string[]): string {
  return `[${texts.map((text) => pythonText(text)).join(', ')}]`;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}
