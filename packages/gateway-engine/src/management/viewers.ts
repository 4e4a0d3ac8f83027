import type { Caller } from '../ports/index.ts';

/** Whether everything may be changed. */
export function isAdmin({ role }: Caller): boolean {
  return role === 'proxy_admin';
}

/** Whether everything may be seen. */
export function mayViewAll({ role }: Caller): boolean {
  return role === 'proxy_admin' || role === 'proxy_admin_viewer';
}
