/** How the page looks, in light and in dark; the reader's system decides until they do. */
export const STYLE = `
:root { color-scheme: light dark;
  --back: #fbfbfa; --card: #fff; --text: #1c1d1f; --soft: #63676e; --line: #e3e4e6; --shade: #f3f4f5; --accent: #3457d5;
  --good: #1a7f4b; --good-back: #e2f4ea; --bad: #c22f3d; --bad-back: #fce7e9; --mid: #9a6700; --mid-back: #fbf1d8; --calm: #8fb8a3; --noise: #a9adb5;
  --mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
@media (prefers-color-scheme: dark) { :root:not([data-theme='light']) {
  --back: #131417; --card: #1b1d21; --text: #e6e7ea; --soft: #9aa0a9; --line: #30333a; --shade: #23262b; --accent: #8aa4ff;
  --good: #56d08f; --good-back: #16301f; --bad: #ff7b86; --bad-back: #3a1a1e; --mid: #e3b341; --mid-back: #332a12; --calm: #3f7d5d; --noise: #646a74; } }
:root[data-theme='dark'] { color-scheme: dark;
  --back: #131417; --card: #1b1d21; --text: #e6e7ea; --soft: #9aa0a9; --line: #30333a; --shade: #23262b; --accent: #8aa4ff;
  --good: #56d08f; --good-back: #16301f; --bad: #ff7b86; --bad-back: #3a1a1e; --mid: #e3b341; --mid-back: #332a12; --calm: #3f7d5d; --noise: #646a74; }
:root[data-theme='light'] { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 28px 24px 60px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }
code, kbd { font: 0.88em/1.45 var(--mono); overflow-wrap: anywhere; }
kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 5px; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; }
h1 { font-size: 30px; letter-spacing: -0.02em; margin: 0; display: flex; align-items: center; gap: 14px; }
h2 { font-size: 21px; letter-spacing: -0.01em; margin: 0 0 6px; display: flex; align-items: center; gap: 10px; }
h3 { font-size: 15px; margin: 26px 0 6px; } h4 { font-size: 13px; margin: 0 0 8px; color: var(--soft); font-weight: 600; }
.top { display: flex; justify-content: space-between; align-items: center; }
.meaning { font-size: 17px; margin: 10px 0 2px; } .from, .hint, footer { color: var(--soft); margin: 2px 0 10px; }
button { font: inherit; color: var(--text); background: var(--shade); border: 1px solid var(--line); border-radius: 6px; padding: 2px 10px; cursor: pointer; }
#theme { font-size: 18px; }
.badge { font-size: 0.56em; font-weight: 700; letter-spacing: 0.02em; padding: 3px 10px; border-radius: 99px; background: var(--shade); color: var(--soft); }
h2 .badge { font-size: 0.66em; } table .badge { font-size: 0.85em; }
.badge.pass { background: var(--good-back); color: var(--good); } .badge.fail { background: var(--bad-back); color: var(--bad); }
.badge.inconclusive { background: var(--mid-back); color: var(--mid); }
.problems { background: var(--bad-back); color: var(--bad); border-radius: 8px; padding: 10px 10px 10px 30px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px; margin: 22px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
.tile dt { color: var(--soft); font-size: 13px; } .tile dd { margin: 0; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile.mismatched.some dd { color: var(--bad); } .tile.matched.some dd { color: var(--good); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin: 16px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; } td, th { padding: 5px 10px; vertical-align: top; }
.n { text-align: right; white-space: nowrap; } .scroll { overflow-x: auto; }
.rules { width: 100%; } .lanes { white-space: nowrap; } .rules tbody tr { border-top: 1px solid var(--line); }
.filter { display: flex; gap: 10px; align-items: center; color: var(--soft); margin: 20px 2px; }
.filter input { flex: 1; max-width: 420px; font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 7px 12px; }
.why { margin: 4px 0; padding-left: 20px; } details > summary { cursor: pointer; color: var(--soft); }
.cluster { border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; background: var(--back); }
.cluster > summary { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; padding: 8px 12px; color: var(--text); list-style: none; }
.cluster > summary::before { content: '▸'; color: var(--soft); } .cluster[open] > summary::before { content: '▾'; }
.count { min-width: 44px; text-align: right; font-weight: 700; color: var(--bad); font-variant-numeric: tabular-nums; }
.chip { font-size: 12px; border: 1px solid var(--line); border-radius: 99px; padding: 1px 9px; color: var(--soft); }
.sides { color: var(--soft); font-size: 13px; margin-left: auto; }
.cluster dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 14px; margin: 4px 16px 12px; } .cluster dt { color: var(--soft); } .cluster dd { margin: 0; }
dd.before code { background: var(--good-back); } dd.after code { background: var(--bad-back); } dd code { padding: 1px 5px; border-radius: 4px; }
.command { background: var(--shade); }
.exhibit { overflow: auto; max-height: 460px; margin: 0 12px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.exhibit table { width: 100%; table-layout: fixed; font: 12.5px/1.5 var(--mono); } .exhibit td { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 10px; width: 50%; }
.exhibit td + td, .exhibit th + th { border-left: 1px solid var(--line); } .exhibit th { position: sticky; top: 0; background: var(--shade); font-family: system-ui, sans-serif; }
.exhibit th small { font-weight: 400; overflow-wrap: anywhere; }
.differs td:first-child:not(:empty) { background: var(--good-back); } .differs td:last-child:not(:empty) { background: var(--bad-back); }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 14px; }
.latency { margin: 0; border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; background: var(--back); }
.latency figcaption { font-weight: 650; } .latency small { color: var(--soft); font-weight: 400; } .latency svg { width: 100%; height: auto; display: block; }
.grid line { stroke: var(--line); } .grid text { fill: var(--soft); font-size: 9px; } .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.before { stroke: var(--noise); stroke-width: 3.5; } .line.after { stroke: var(--accent); stroke-width: 1.75; }
.legend { margin: 2px 0 6px; font-size: 13px; color: var(--soft); display: flex; gap: 16px; }
.legend span::before { content: ''; display: inline-block; width: 16px; height: 3px; margin-right: 6px; vertical-align: middle; background: var(--accent); } .legend .before::before { background: var(--noise); }
.ratios { width: 100%; font-size: 13px; } .ratios td, .ratios th { padding: 2px 4px; } .slower { color: var(--bad); font-weight: 650; } .faster { color: var(--good); font-weight: 650; }
.strata { display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 18px 30px; }
.stratum { display: grid; grid-template-columns: minmax(90px, 12em) minmax(50px, 1fr) 4em 4em; gap: 8px; align-items: center; font-size: 13px; padding: 2px 0; }
.stratum .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar { display: flex; height: 9px; border-radius: 5px; overflow: hidden; background: var(--shade); } .bar i { min-width: 1.5px; }
.bar .matched { background: var(--good); } .bar .accepted { background: var(--calm); } .bar .noise { background: var(--noise); } .bar .mismatched { background: var(--bad); }
.flag { font-size: 12px; white-space: nowrap; } .flag.fail { color: var(--bad); } .flag.few { color: var(--mid); }
[hidden] { display: none !important; }
footer { margin-top: 30px; font-size: 13px; }
@media (max-width: 640px) { body { padding: 16px 10px; } section { padding: 14px 12px; } .sides { margin-left: 0; } }
@media print { .filter, #theme, .copy { display: none; } section { break-inside: avoid-page; } }
`;
