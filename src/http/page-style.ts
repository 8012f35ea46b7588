/** How the gateway's own pages look: one style for all, light and dark, nothing loaded. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --desk: #f3f4f0; --card: #ffffff; --ink: #1c2723; --quiet: #55615b; --line: #dcdfd8;
  --pine: #1e5343; --ember: #a44a12; --code: #f0f1ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --desk: #101614; --card: #19211e; --ink: #edf1ec; --quiet: #a6b3ac; --line: #313d38;
    --pine: #8fd0b5; --ember: #f2a873; --code: #0c1210;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--desk); color: var(--ink);
  font: 1rem/1.6 "Avenir Next", Avenir, "Segoe UI", Roboto, "Helvetica Neue", system-ui, sans-serif;
}
main { max-width: 52rem; margin: 0 auto; padding: clamp(2rem, 8vh, 5rem) 1.5rem 4rem; }
h1, h2, h3 { font-family: "Iowan Old Style", "Palatino Linotype", Georgia, ui-serif, serif; line-height: 1.2; }
h1 { margin: 0 0 .5rem; font-size: clamp(2rem, 6vw, 2.75rem); letter-spacing: -.02em; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.4rem; }
h3 { margin: 1.75rem 0 .5rem; font-size: 1.1rem; }
a { color: var(--pine); text-underline-offset: .2em; }
a:hover { color: var(--ember); }
:focus-visible { outline: 3px solid var(--ember); outline-offset: 2px; border-radius: 4px; }
code, pre { font: .875em/1.55 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace; }
code { padding: .1em .3em; border-radius: 4px; background: var(--code); overflow-wrap: anywhere; }
pre {
  margin: 1rem 0; padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: 10px; background: var(--code);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
pre code { padding: 0; background: none; font-size: .85rem; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
.wide { overflow-x: auto; }
.wide table { min-width: 34rem; }
.crumb { margin: 0 0 2rem; font-size: .9rem; }
`;
