import type { Cipher } from './cipher.ts';
import { readStoredConfig, type StoredRow } from './queries/stored-config.ts';
import type { Store } from './store.ts';

/** Announces a change of a model or a credential, so that every instance reads them again. */
export const STORED_CONFIG_CHANNEL = 'stagegate_config';

/** The part of the configuration that the database has. */
export interface StoredConfig {
  /** What was read last. */
  readonly rows: () => readonly StoredRow[];
  /** Calls back whenever there is something new from now on. */
  readonly follow: (onChange: () => void) => void;
  readonly close: () => void;
}

/**
 * Models, credentials and settings, read once and then followed: told by other instances of ours, and looked for in turns, because LiteLLM
 * and SQL tell nobody. While the database does not answer, what was read last holds.
 *
 * in:  the store, the cipher of its secrets, and how often to look, in milliseconds.
 * out: with what stands there now, or with nothing when the database is not there yet.
 */
export async function openStoredConfig(store: Pick<Store, 'manage' | 'listen'>, cipher: Cipher, pollMs: number): Promise<StoredConfig> {
  let rows: readonly StoredRow[] = [];
  let seen = '[]';
  let looking = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<boolean> => {
    const answer = await store.manage.run((database) => readStoredConfig(database, cipher));
    const text = answer.ok ? JSON.stringify(answer.value) : seen;
    if (!answer.ok || text === seen) return false;
    seen = text;
    rows = answer.value;
    return true;
  };
  await look();
  return {
    rows: () => rows,
    follow: (onChange) => {
      const lookOn = async (): Promise<void> => {
        // A change announced during a look may be newer than what that look sees.
        again = looking;
        if (looking) return;
        looking = true;
        if (await look()) onChange();
        looking = false;
        if (again) await lookOn();
      };
      const told = (): void => void lookOn();
      store.listen(STORED_CONFIG_CHANNEL, told, told);
      timer = setInterval(told, pollMs);
      timer.unref();
    },
    close: () => clearInterval(timer),
  };
}
