export { createStore } from './create-store.ts';
export type { Database } from './pool.ts';
export type { Asking, Store, StoreOptions } from './store.ts';
