export { createStore } from './create-store.ts';
export { EmbeddedProblem } from './embedded/problem.ts';
export { type EmbeddedDatabase, startEmbedded } from './embedded/start-embedded.ts';
export type { Database } from './pool.ts';
export type { Asking, Store, StoreOptions } from './store.ts';
export { findEndUser } from './queries/find-end-user.ts';
export { findKey } from './queries/find-key.ts';
export type { AccessGroupRows, BudgetRows, EndUserRows, KeyRows } from './queries/key-rows.ts';
