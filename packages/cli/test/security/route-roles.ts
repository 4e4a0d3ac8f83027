/**
 * Every route, and who may enter it. `open`: everybody. `caller`: everybody with a key that holds. Else: the proxy's admin, and the roles
 * that are named. `route-roles.test.ts` asks every route in every lane as everybody, and fails for a route that is not here.
 */
export const ROUTE_ROLES: Readonly<Record<string, 'open' | 'caller' | readonly string[]>> = {
  'DELETE /v1/responses/{response_id}': 'caller',
  'GET /health/liveliness': 'open',
  'GET /health/readiness': 'open',
  'GET /key/aliases': ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'],
  'GET /key/info': 'caller',
  'GET /key/list': ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'],
  'GET /v1/models': 'caller',
  'GET /v1/models/{model}': 'caller',
  'GET /v1/responses/{response_id}': 'caller',
  'GET /v1/responses/{response_id}/input_items': 'caller',
  'POST /key/block': ['internal_user'],
  'POST /key/bulk_update': [],
  'POST /key/delete': ['internal_user'],
  'POST /key/generate': ['internal_user'],
  'POST /key/health': 'caller',
  'POST /key/service-account/generate': ['internal_user'],
  'POST /key/unblock': ['internal_user'],
  'POST /key/update': ['internal_user'],
  'POST /key/{key:path}/regenerate': ['internal_user'],
  'POST /v1/chat/completions': 'caller',
  'POST /v1/completions': 'caller',
  'POST /v1/messages': 'caller',
  'POST /v1/messages/count_tokens': 'caller',
  'POST /v1/ocr': 'caller',
  'POST /v1/responses': 'caller',
  'POST /v1/responses/{response_id}/cancel': 'caller',
  'POST /v2/key/info': ['proxy_admin_viewer', 'internal_user', 'internal_user_viewer'],
};
