export { createEngine, type Engine } from './create-engine.ts';
export type { EngineOptions } from './engine-parts.ts';
