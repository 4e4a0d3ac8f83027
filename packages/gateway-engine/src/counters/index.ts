export { createCallQueue } from './call-queue.ts';
export { createMemoryCounters } from './memory-counters.ts';
export { createMemoryRates, type MemoryRates } from './memory-rates.ts';
export { createMemorySums } from './memory-sums.ts';
export { createSharedCounters, type SharedCounters, type SharedCountersOptions } from './shared-counters.ts';
export { createSharedRates, type SharedRates, type SharedRatesOptions } from './shared-rates.ts';
export { settled } from './settled.ts';
export { createSharedSums, type SharedSums } from './shared-sums.ts';
export { createSumExchange, type SumExchange, type ToldSum } from './sum-exchange.ts';
