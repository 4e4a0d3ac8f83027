// The mock provider in a process of its own: tells its parent the port, ends with it.
import { startMock } from './start-mock.ts';

const mock = await startMock();
process.on('disconnect', () => process.exit(0));
process.send?.({ port: mock.port });
