export { makeFolder, PRIVATE_MODE } from './make-folder.ts';
