// The load in a process of its own: takes jobs from its parent one by one, gives back their figures, ends with it.
import { drive, type LoadJob } from './drive.ts';

process.on('disconnect', () => process.exit(0));
process.on('message', (job: LoadJob) => {
  void drive(job).then((result) => process.send?.(result));
});
process.send?.('ready');
