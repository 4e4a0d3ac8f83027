export { pythonInstant, pythonList, pythonNumber, pythonText } from './python-text.ts';
