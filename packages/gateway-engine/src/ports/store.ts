/** Why the database gave no answer. */
export interface StoreFailure {
  /**
   * `down`: there is no connection, or it broke. `hung`: no answer in time; whether a write was done is not known. `refused`: the
   * database answered that it will not.
   */
  readonly kind: 'down' | 'hung' | 'refused';
  /** For the log; never a value that was asked with. */
  readonly message: string;
  /** Of `refused`: PostgreSQL's five-character code, as `23505` for a value that exists already. */
  readonly code?: string;
  /** Of `refused`: the constraint that was hurt, when there was one. */
  readonly constraint?: string;
}

/** What a question to the database gives: an error is a value. */
export type StoreAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: StoreFailure };

/**
 * `connecting`: not reached yet since the start. `ready`: questions are asked. `down`: several in a row got no answer; questions fail at
 * once, and the database is asked in the background whether it is back.
 */
export type StoreState = 'connecting' | 'ready' | 'down';

/** What those who need no question of their own want to know of the database. */
export interface StoreHealth {
  readonly state: () => StoreState;
}
