// A process that runs the embedded database until it is killed: `hold-embedded.ts FOLDER`. It writes a line when the database takes questions.
import { silentLog } from '../src/ports/index.ts';
import { EmbeddedProblem } from '../src/store/embedded/problem.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';

try {
  const { url, stop } = await startEmbedded(process.argv[2] ?? '', silentLog);
  process.stdout.write(`${url}\n`);
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
} catch (error) {
  if (!(error instanceof EmbeddedProblem)) throw error;
  process.stderr.write(`${error.kind}: ${error.message}\n`);
  process.exitCode = 1;
}
