/** Every route that manages the gateway, by who may enter it; whose rows he reaches inside is tested where the route is. */
const BY_ACCESS: Readonly<Record<string, string>> = {
  open: 'GET /routes, GET /openapi.json',
  caller: `
    GET /key/info, POST /key/health, GET /team/info, GET /user/info, GET /user/available_roles, GET /v1/model/info, GET /v2/model/info,
    GET /model_group/info, GET /health/readiness/details`,
  '': `
    POST /key/bulk_update, POST /user/new, POST /user/update, POST /user/bulk_update, POST /user/delete, POST /budget/new,
    POST /budget/update, POST /budget/info, POST /budget/delete, POST /customer/new, POST /customer/update, POST /customer/delete,
    POST /customer/block, POST /customer/unblock, POST /model/new, POST /model/update, PATCH /model/{model_id}/update, POST /model/delete,
    POST /credentials, PATCH /credentials/{credential_name:path}, DELETE /credentials/{credential_name:path}`,
  proxy_admin_viewer: `
    GET /user/list, GET /budget/list, GET /budget/settings, GET /customer/info, GET /customer/list, GET /credentials,
    GET /credentials/by_name/{credential_name:path}`,
  internal_user: `
    POST /key/generate, POST /key/service-account/generate, POST /key/update, POST /key/delete, POST /key/block, POST /key/unblock,
    POST /key/{key:path}/regenerate, POST /team/new, POST /team/update, POST /team/delete, POST /team/block, POST /team/unblock,
    POST /team/model/add, POST /team/model/delete, POST /team/member_add, POST /team/member_delete, POST /team/member_update`,
  'internal_user internal_user_viewer proxy_admin_viewer': `
    POST /v2/key/info, GET /key/list, GET /key/aliases, GET /team/list, GET /v2/team/list, GET /team/available`,
};

/** The same by route: `open`, `caller`, or the roles beside the proxy's admin, sorted and with spaces between. */
export const MANAGED_ROLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(BY_ACCESS).flatMap(([access, routes]) => routes.split(',').map((route) => [route.trim(), access])),
);
