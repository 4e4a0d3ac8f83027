import type { Caller, ManagedCall } from '../../ports/index.ts';
import { tables, type Database, type InvitationLinkRow } from '../../store/index.ts';
import { nameOf } from '../callers.ts';
import { ask, change, type StoredParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { readText } from '../read-query.ts';
import { refuseInBraces, refuseInDetail, refuseInvalid } from '../refusal.ts';
import { isAdmin } from '../viewers.ts';

const LASTS_MS = 7 * 86_400_000;

/** POST /invitation/new: the invitation that a user's link to the admin page refers to. */
export async function newInvitation(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const userId = String(readFields(body, { user_id: 'text!' })['user_id']);
  const nowMs = parts.clock.nowMs();
  const now = new Date(nowMs);
  return change(parts, async (transaction) => {
    if ((await tables.users.find(transaction, { user_id: userId })) === undefined) {
      throw refuseInBraces(400, "User id does not exist in 'LiteLLM_UserTable'. Fix this by creating user via `/user/new`.");
    }
    const by = await rowOf(transaction, caller);
    return tables.invitationLinks.insert(transaction, {
      user_id: userId,
      expires_at: new Date(nowMs + LASTS_MS),
      created_at: now,
      created_by: by,
      updated_at: now,
      updated_by: by,
    });
  });
}

/** GET /invitation/info */
export async function showInvitation(parts: StoredParts, { query }: ManagedCall): Promise<unknown> {
  const id = readText(query, 'invitation_id');
  if (id === undefined) throw refuseInvalid([{ type: 'missing', loc: ['query', 'invitation_id'], msg: 'Field required' }]);
  return known(await ask(parts, (database) => tables.invitationLinks.find(database, { id })));
}

/** POST /invitation/update: marks an invitation as accepted or not, by the invited user or an admin. */
export async function updateInvitation(parts: StoredParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, { invitation_id: 'text!', is_accepted: 'flag!' });
  const now = new Date(parts.clock.nowMs());
  // Others' invitations are not found. In the reference whoever knows the id may accept one.
  const his = isAdmin(caller) ? {} : { user_id: caller.userId ?? null };
  const where = { id: String(fields['invitation_id']), ...his };
  const is_accepted = fields['is_accepted'] === true;
  return change(parts, async (transaction) => {
    const updated_by = await rowOf(transaction, caller);
    const [row] = await tables.invitationLinks.update(transaction, where, { is_accepted, accepted_at: now, updated_at: now, updated_by });
    return known(row);
  });
}

/** POST /invitation/delete */
export async function deleteInvitation(parts: StoredParts, { body }: ManagedCall): Promise<unknown> {
  const id = String(readFields(body, { invitation_id: 'text!' })['invitation_id']);
  const [row] = await ask(parts, (database) => tables.invitationLinks.remove(database, { id }));
  return known(row);
}

/** The id of the caller's row, which an invitation refers to. The row of the master key's user is created here; the reference does it at start. */
async function rowOf(transaction: Database, caller: Caller): Promise<string> {
  const id = nameOf(caller);
  const isMaster = caller.kind === 'master-key' || caller.kind === 'anyone';
  if (isMaster && (await tables.users.find(transaction, { user_id: id })) === undefined) {
    await tables.users.insert(transaction, { user_id: id, user_role: 'proxy_admin' });
  }
  return id;
}

function known(row: InvitationLinkRow | undefined): InvitationLinkRow {
  if (row === undefined) throw refuseInDetail(400, { error: 'Invitation id does not exist in the database.' });
  return row;
}
