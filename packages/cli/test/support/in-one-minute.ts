/** Runs what must see one minute of the clock; where it saw another end meanwhile, once more. `again`: what is put in order before. */
export async function inOneMinute(run: () => Promise<void>, again: () => void): Promise<void> {
  const began = minute();
  try {
    await run();
  } catch (failed) {
    if (minute() === began) throw failed;
    again();
    await run();
  }
}

function minute(): number {
  return Math.floor(Date.now() / 60_000);
}
