/** A picture of horizontal bars: no library, because a dozen rectangles need none. */

const [WIDTH, LEFT, RIGHT] = [760, 170, 70];
const [BAR, GAP, HEAD] = [22, 8, 34];
const FONT = 'font-family="system-ui, sans-serif"';

/**
 * @param groups each with bars of its own scale: title, value, and whether it is the one to look at
 * @returns SVG that reads on light and on dark pages
 */
export function barChart({ title, note, groups }) {
  const parts = [text(0, 20, title, 'font-size="16" font-weight="600"')];
  let y = 34;
  for (const { title: heading, bars } of groups) {
    y += HEAD;
    parts.push(text(0, y - 10, heading, 'font-size="13" font-weight="600"'));
    const most = Math.max(...bars.map(({ value }) => value));
    for (const bar of bars) {
      const width = (bar.value / most) * (WIDTH - LEFT - RIGHT);
      parts.push(
        text(LEFT - 10, y + 15, bar.title, 'font-size="12" text-anchor="end"'),
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3" fill="${bar.isOurs ? '#2f7d5b' : '#8a94a3'}"/>`,
        text(LEFT + width + 8, y + 15, bar.value.toFixed(1), 'font-size="12"'),
      );
      y += BAR + GAP;
    }
  }
  parts.push(text(0, y + 20, note, 'font-size="11"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -8 ${WIDTH + 32} ${y + 44}" role="img" aria-label="${escaped(title)}">
<style>text{fill:#1f2933}@media(prefers-color-scheme:dark){text{fill:#e4e7eb}}</style>
${parts.join('\n')}
</svg>
`;
}

function text(x, y, content, attributes) {
  return `<text x="${typeof x === 'number' ? x.toFixed(1) : x}" y="${y}" ${FONT} ${attributes}>${escaped(content)}</text>`;
}

function escaped(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
