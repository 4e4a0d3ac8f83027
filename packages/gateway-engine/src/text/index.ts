export { pythonInstant, pythonList, pythonNumber } from './python-text.ts';
