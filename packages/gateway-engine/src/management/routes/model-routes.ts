import type { Role } from '../../ports/index.ts';
import { plain, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];

const show = (): Promise<typeof import('../models/show-models.ts')> => import('../models/show-models.ts');
const change = (): Promise<typeof import('../models/change-models.ts')> => import('../models/change-models.ts');
const prices = (): Promise<typeof import('../models/reload-prices.ts')> => import('../models/reload-prices.ts');
const metrics = (): Promise<typeof import('../models/model-metrics.ts')> => import('../models/model-metrics.ts');
const credentials = (): Promise<typeof import('../models/credentials.ts')> => import('../models/credentials.ts');

/** Models, and the credentials that they name. */
export const MODEL_ROUTES: readonly RouteRow[] = [
  plain('GET', ['/v1/model/info', '/model/info'], 'caller', async () => (await show()).showModels),
  plain('GET', ['/v2/model/info'], 'caller', async () => (await show()).showModelsByPage),
  plain('GET', ['/model_group/info'], 'caller', async () => (await show()).showModelGroups),
  plain('GET', ['/public/model_hub'], 'open', async () => (await show()).showPublicModels),
  plain('GET', ['/public/providers'], 'open', async () => (await show()).listProviderNames),
  plain('GET', ['/model/settings'], VIEWER, async () => (await show()).showModelSettings),
  plain('GET', ['/model/cost_map/source'], VIEWER, async () => (await show()).showCostMapSource),
  stored('GET', ['/model/metrics'], VIEWER, async () => (await metrics()).showTokenLatencies),
  stored('GET', ['/model/streaming_metrics'], VIEWER, async () => (await metrics()).showFirstTokenLatencies),
  stored('GET', ['/model/metrics/slow_responses'], VIEWER, async () => (await metrics()).showSlowCalls),
  stored('GET', ['/model/metrics/exceptions'], VIEWER, async () => (await metrics()).showFailures),
  stored('POST', ['/reload/model_cost_map'], [], async () => (await prices()).reloadPrices),
  stored('POST', ['/schedule/model_cost_map_reload'], [], async () => (await prices()).scheduleReload),
  stored('DELETE', ['/schedule/model_cost_map_reload'], [], async () => (await prices()).cancelReload),
  plain('GET', ['/schedule/model_cost_map_reload/status'], VIEWER, async () => (await prices()).showReload),
  stored('POST', ['/model/new'], [], async () => (await change()).newModel),
  stored('POST', ['/model/update'], [], async () => (await change()).updateModel),
  stored('PATCH', ['/model/{model_id}/update'], [], async () => (await change()).patchModel),
  stored('POST', ['/model/delete'], [], async () => (await change()).deleteModel),
  stored('POST', ['/model/block'], [], async () => (await change()).blockModel),
  stored('POST', ['/model/unblock'], [], async () => (await change()).unblockModel),
  stored('POST', ['/credentials'], [], async () => (await credentials()).newCredential),
  stored('GET', ['/credentials'], VIEWER, async () => (await credentials()).listCredentials),
  stored('GET', ['/credentials/by_name/{credential_name:path}'], VIEWER, async () => (await credentials()).showCredential),
  plain('GET', ['/credentials/by_model/{model_id}'], VIEWER, async () => (await credentials()).showModelCredential),
  stored('PATCH', ['/credentials/{credential_name:path}'], [], async () => (await credentials()).updateCredential),
  stored('DELETE', ['/credentials/{credential_name:path}'], [], async () => (await credentials()).deleteCredential),
];
