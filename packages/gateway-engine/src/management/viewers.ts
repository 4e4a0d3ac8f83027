import type { Caller } from '../ports/index.ts';

/** Whether a caller may change everything. */
export function isAdmin({ role }: Caller): boolean {
  return role === 'proxy_admin';
}

/** Whether a caller may see everything. */
export function mayViewAll({ role }: Caller): boolean {
  return role === 'proxy_admin' || role === 'proxy_admin_viewer';
}

/** The name under which rows record who created or changed them. */
export function nameOf({ userId }: Caller): string {
  return userId ?? 'default_user_id';
}
