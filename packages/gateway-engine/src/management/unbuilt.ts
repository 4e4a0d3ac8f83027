import { isObject, type JsonObject } from '@stagegate/core-transforms';
import { refuseInBraces } from './refusal.ts';

/** Refuses members whose feature is not built, which the caller would otherwise believe to be in force. */
export function refuseUnbuilt(body: JsonObject): void {
  if (body['auto_rotate'] === true) {
    throw refuseInBraces(400, 'auto_rotate is not built in Stagegate. Rotate a key with POST /key/{key}/regenerate.');
  }
  const permission = body['object_permission'];
  if (isObject(permission) && Object.keys(permission).length > 0) {
    throw refuseInBraces(400, 'object_permission is not built in Stagegate.');
  }
}
