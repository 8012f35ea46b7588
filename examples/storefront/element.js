const SVG = 'http://www.w3.org/2000/svg';

/** Takes the drawings into the page, so that they are there when the gateway is not. */
export async function loadDrawings() {
  const response = await fetch('/demo/art.svg');
  const { documentElement: drawings } = new DOMParser().parseFromString(
    await response.text(),
    'image/svg+xml',
  );
  drawings.setAttribute('class', 'visually-hidden');
  drawings.setAttribute('aria-hidden', 'true');
  document.body.append(drawings);
}

/**
 * What the page has under an id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`The page has no #${id}`);
  }
  return found;
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children text stays text, whatever is in it
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/**
 * A drawing of art.svg. It says nothing that the words beside it do not.
 * @param {string} drawing
 */
export function art(drawing) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'art');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#${drawing}`);
  svg.append(use);
  return svg;
}
