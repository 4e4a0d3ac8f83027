/** The page's behaviour beyond plain HTML: theme, filter, keys, copying. It loads nothing. */
export const SCRIPT = `
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.getElementById('theme').addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  const filter = document.getElementById('filter');
  const filtered = all('.cluster, .stratum, .counts tr').map((item) => [item, item.textContent.toLowerCase()]);
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const [item, words_] of filtered) item.hidden = !words.every((word) => words_.includes(word));
  });
  const clusters = all('.cluster > summary');
  const move = (step) => {
    const seen = clusters.filter((summary) => !summary.parentElement.hidden);
    const at = seen.indexOf(document.activeElement);
    const next = seen[at === -1 ? (step > 0 ? 0 : seen.length - 1) : Math.min(seen.length - 1, Math.max(0, at + step))];
    if (next) { next.focus(); next.scrollIntoView({ block: 'nearest' }); }
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input')) {
      if (event.key === 'Escape' && event.target === filter) filter.blur();
      return;
    }
    if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === '/') { event.preventDefault(); filter.focus(); }
  });
  for (const button of all('.copy')) button.addEventListener('click', async () => {
    const command = button.previousElementSibling;
    try { await navigator.clipboard.writeText(command.textContent); button.textContent = 'copied'; }
    catch { getSelection().selectAllChildren(command); button.textContent = 'selected'; }
  });
})();
`;
