import type { Role } from '../../ports/index.ts';
import { plain, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];

const show = (): Promise<typeof import('../settings/show-settings.ts')> => import('../settings/show-settings.ts');
const update = (): Promise<typeof import('../settings/update-settings.ts')> => import('../settings/update-settings.ts');
const callbacks = (): Promise<typeof import('../settings/show-callbacks.ts')> => import('../settings/show-callbacks.ts');
const fields = (): Promise<typeof import('../settings/setting-fields.ts')> => import('../settings/setting-fields.ts');
const fallbacks = (): Promise<typeof import('../settings/fallbacks.ts')> => import('../settings/fallbacks.ts');
const addresses = (): Promise<typeof import('../settings/allowed-ips.ts')> => import('../settings/allowed-ips.ts');
const costs = (): Promise<typeof import('../settings/cost-settings.ts')> => import('../settings/cost-settings.ts');
const defaults = (): Promise<typeof import('../settings/default-settings.ts')> => import('../settings/default-settings.ts');
const tools = (): Promise<typeof import('../tools/tools.ts')> => import('../tools/tools.ts');

/** Settings, and tools for those who write clients. */
export const SETTINGS_ROUTES: readonly RouteRow[] = [
  plain('GET', ['/config/yaml'], VIEWER, async () => (await show()).showConfig),
  stored('GET', ['/config/list'], VIEWER, async () => (await show()).listSettings),
  stored('GET', ['/config/field/info'], VIEWER, async () => (await show()).showSetting),
  stored('POST', ['/config/update'], [], async () => (await update()).updateSettings),
  stored('POST', ['/config/field/update'], [], async () => (await fields()).updateField),
  stored('POST', ['/config/field/delete'], [], async () => (await fields()).deleteField),
  stored('GET', ['/config/cost_discount_config'], VIEWER, async () => (await costs()).showDiscounts),
  stored('PATCH', ['/config/cost_discount_config'], [], async () => (await costs()).updateDiscounts),
  stored('GET', ['/config/cost_margin_config'], VIEWER, async () => (await costs()).showMargins),
  stored('PATCH', ['/config/cost_margin_config'], [], async () => (await costs()).updateMargins),
  stored('POST', ['/config/callback/delete'], [], async () => (await fields()).deleteCallback),
  plain('GET', ['/get/config/callbacks'], VIEWER, async () => (await callbacks()).showCallbacks),
  plain('GET', ['/active/callbacks', '/settings'], VIEWER, async () => (await callbacks()).showActiveCallbacks),
  plain('GET', ['/callbacks/list'], VIEWER, async () => (await callbacks()).listCallbacks),
  plain('GET', ['/get/allowed_ips'], VIEWER, async () => (await addresses()).showAllowedIps),
  stored('POST', ['/add/allowed_ip'], [], async () => (await addresses()).addAllowedIp),
  stored('POST', ['/delete/allowed_ip'], [], async () => (await addresses()).deleteAllowedIp),
  plain('GET', ['/get/internal_user_settings'], VIEWER, async () => (await defaults()).showUserDefaults),
  plain('GET', ['/get/default_team_settings'], VIEWER, async () => (await defaults()).showTeamDefaults),
  stored('PATCH', ['/update/internal_user_settings'], [], async () => (await defaults()).updateUserDefaults),
  stored('PATCH', ['/update/default_team_settings'], [], async () => (await defaults()).updateTeamDefaults),
  stored('POST', ['/fallback'], [], async () => (await fallbacks()).putFallback),
  plain('GET', ['/fallback/{model:path}'], VIEWER, async () => (await fallbacks()).showFallback),
  stored('DELETE', ['/fallback/{model:path}'], [], async () => (await fallbacks()).deleteFallback),
  stored('GET', ['/router/settings'], VIEWER, async () => (await show()).showRouterSettings),
  plain('GET', ['/router/fields'], VIEWER, async () => (await show()).showRouterFields),
  plain('POST', ['/utils/token_counter'], 'caller', async () => (await tools()).countTokens),
  plain('GET', ['/utils/supported_openai_params'], 'caller', async () => (await tools()).showSupportedParams),
  plain('GET', ['/utils/model_info'], 'caller', async () => (await tools()).showModelFacts),
  plain('POST', ['/utils/transform_request'], VIEWER, async () => (await tools()).showRequest),
];
