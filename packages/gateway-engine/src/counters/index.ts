export { createMemoryCounters } from './memory-counters.ts';
