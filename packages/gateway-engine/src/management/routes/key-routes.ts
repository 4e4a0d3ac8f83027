import type { Role } from '../../ports/index.ts';
import { stored, type RouteRow } from '../route-rows.ts';

const WRITERS: readonly Role[] = ['internal_user'];
const VIEWER: readonly Role[] = ['proxy_admin_viewer'];
const READERS: readonly Role[] = ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'];

const generate = (): Promise<typeof import('../keys/generate-key.ts')> => import('../keys/generate-key.ts');
const update = (): Promise<typeof import('../keys/update-key.ts')> => import('../keys/update-key.ts');
const show = (): Promise<typeof import('../keys/show-keys.ts')> => import('../keys/show-keys.ts');
const bulk = (): Promise<typeof import('../keys/bulk-update.ts')> => import('../keys/bulk-update.ts');
const change = (): Promise<typeof import('../keys/change-keys.ts')> => import('../keys/change-keys.ts');
const mappings = (): Promise<typeof import('../keys/key-mappings.ts')> => import('../keys/key-mappings.ts');

/** Keys. Handlers decide by the rows which of them a caller may reach. */
export const KEY_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/key/generate'], WRITERS, async () => (await generate()).generateKey),
  stored('POST', ['/key/service-account/generate'], WRITERS, async () => (await generate()).generateServiceAccountKey),
  stored('GET', ['/key/info'], 'caller', async () => (await show()).showKey),
  stored('POST', ['/v2/key/info'], READERS, async () => (await show()).showKeys),
  stored('GET', ['/key/list'], READERS, async () => (await show()).listKeys),
  stored('GET', ['/key/aliases'], READERS, async () => (await show()).listAliases),
  stored('POST', ['/key/update'], WRITERS, async () => (await update()).updateKey),
  stored('POST', ['/key/bulk_update'], [], async () => (await bulk()).bulkUpdateKeys),
  stored('POST', ['/team/key/bulk_update'], WRITERS, async () => (await bulk()).bulkUpdateTeamKeys),
  stored('POST', ['/key/delete'], WRITERS, async () => (await change()).deleteKeys),
  stored('POST', ['/key/block'], WRITERS, async () => (await change()).blockKey),
  stored('POST', ['/key/unblock'], WRITERS, async () => (await change()).unblockKey),
  stored('POST', ['/key/{key:path}/regenerate', '/key/regenerate'], WRITERS, async () => (await change()).regenerateKey),
  stored('POST', ['/key/{key:path}/reset_spend'], WRITERS, async () => (await change()).resetKeySpend),
  stored('POST', ['/key/health'], 'caller', async () => (await change()).checkKeyHealth),
  stored('POST', ['/jwt/key/mapping/new'], [], async () => (await mappings()).newMapping),
  stored('POST', ['/jwt/key/mapping/update'], [], async () => (await mappings()).updateMapping),
  stored('POST', ['/jwt/key/mapping/delete'], [], async () => (await mappings()).deleteMapping),
  stored('GET', ['/jwt/key/mapping/list'], VIEWER, async () => (await mappings()).listMappings),
  stored('GET', ['/jwt/key/mapping/info'], VIEWER, async () => (await mappings()).showMapping),
];
