import { isIP } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { ManagementParts, StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuseInDetail } from '../refusal.ts';
import { changeStored, ownedByFile, wordOwned } from './stored-settings.ts';

const SECTION = 'general_settings';
const NAME = 'allowed_ips';

/** GET /get/allowed_ips: the addresses that calls may come from; null: any. */
export async function showAllowedIps({ config }: ManagementParts, _call: ManagedCall): Promise<unknown> {
  const addresses = config.entry?.addresses;
  return { data: addresses === undefined ? null : [...addresses] };
}

/** POST /add/allowed_ip. The first address closes the gateway to all others. */
export async function addAllowedIp(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const ip = readAddress(parts, body);
  if (isIP(ip) === 0) throw refuseInDetail(400, { error: `${ip} is no IP address` });
  await changeAddresses(parts, (known) => {
    if (known.includes(ip)) throw refuseInDetail(400, 'IP address already exists');
    return [...known, ip];
  });
  return { message: `IP ${ip} address added successfully`, status: 'success' };
}

/** POST /delete/allowed_ip. The last address cannot be deleted: an empty list admits nobody, and opening the gateway to all must be explicit. */
export async function deleteAllowedIp(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const ip = readAddress(parts, body);
  await changeAddresses(parts, (known) => {
    if (!known.includes(ip)) throw refuseInDetail(404, 'IP address not found');
    const rest = known.filter((each) => each !== ip);
    if (rest.length === 0)
      throw refuseInDetail(400, { error: `${ip} is the last one. POST /config/field/delete of ${NAME} lets everybody in.` });
    return rest;
  });
  return { message: `IP ${ip} deleted successfully`, status: 'success' };
}

function readAddress(parts: StoredParts, body: JsonObject): string {
  if (ownedByFile(parts, SECTION, [NAME]).length > 0) throw refuseInDetail(400, { error: wordOwned(SECTION, [NAME]) });
  return String(readFields(body, { ip: 'text!' })['ip']);
}

async function changeAddresses(parts: StoredParts, next: (known: readonly string[]) => readonly string[]): Promise<void> {
  await changeStored(parts, [
    {
      section: SECTION,
      next: (stored) => {
        const known = stored[NAME];
        return { ...stored, [NAME]: [...next(Array.isArray(known) ? known.map(String) : [])] };
      },
    },
  ]);
}
