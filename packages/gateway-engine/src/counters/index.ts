export { createCallQueue } from './call-queue.ts';
export { createMemoryCounters } from './memory-counters.ts';
export { createMemoryRates } from './memory-rates.ts';
export { createSharedCounters, type SharedCounters, type SharedCountersOptions } from './shared-counters.ts';
