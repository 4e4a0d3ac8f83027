import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';

/** LiteLLM's two ciphers: the older one, and that of `general_settings.encryption_algorithm: aes-256-gcm`. */
export type CipherName = 'secretbox' | 'gcm';

/** Encrypts and decrypts texts in LiteLLM's tables. */
export interface Cipher {
  /** Gives another result each time. Either cipher can be read. */
  readonly seal: (text: string) => string;
  /** Undefined: not encrypted, or with another key. */
  readonly open: (sealed: string) => string | undefined;
}

const GCM_PREFIX = 'v2:gcm:';
const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;
const BOX_NONCE_BYTES = 24;
const BOX_TAG_BYTES = 16;

/**
 * Makes a cipher with the key that LiteLLM derives from the salt key, or from the master key where there is none.
 *
 * source: LiteLLM 1.106.2, proxy/common_utils/encrypt_decrypt_utils.py.
 */
export function createCipher(saltKey: string, name: CipherName = 'secretbox'): Cipher {
  const key = createHash('sha256').update(saltKey).digest();
  return {
    seal: (text) => (name === 'gcm' ? sealGcm(key, text) : sealBox(key, text)),
    open: (sealed) => {
      try {
        return sealed.startsWith(GCM_PREFIX) ? openGcm(key, sealed) : openBox(key, sealed);
      } catch {
        // Both throw for a text that was not made with this key.
        return undefined;
      }
    },
  };
}

function sealBox(key: Uint8Array, text: string): string {
  const nonce = randomBytes(BOX_NONCE_BYTES);
  return padded(Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(Buffer.from(text))]));
}

/** Reads both alphabets of base64: older rows have the other one. */
function openBox(key: Uint8Array, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < BOX_NONCE_BYTES + BOX_TAG_BYTES) return undefined;
  const opened = xsalsa20poly1305(key, bytes.subarray(0, BOX_NONCE_BYTES)).decrypt(bytes.subarray(BOX_NONCE_BYTES));
  return Buffer.from(opened).toString();
}

function sealGcm(key: Uint8Array, text: string): string {
  const nonce = randomBytes(GCM_NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${GCM_PREFIX}${padded(sealed)}`;
}

function openGcm(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(GCM_PREFIX.length), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, GCM_NONCE_BYTES), { authTagLength: GCM_TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-GCM_TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(GCM_NONCE_BYTES, -GCM_TAG_BYTES)), decipher.final()]).toString();
}

/** Python requires the padding that Node omits. */
function padded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
