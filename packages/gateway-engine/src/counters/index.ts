export { createMemoryCounters } from './memory-counters.ts';
export { createMemoryRates } from './memory-rates.ts';
