import type { Caller } from '../ports/index.ts';

/** Whether everything may be changed. */
export function isAdmin({ role }: Caller): boolean {
  return role === 'proxy_admin';
}

/** Whether everything may be seen. */
export function mayViewAll({ role }: Caller): boolean {
  return role === 'proxy_admin' || role === 'proxy_admin_viewer';
}

/** The name that rows bear of who made or changed them. */
export function nameOf({ userId }: Caller): string {
  return userId ?? 'default_user_id';
}
