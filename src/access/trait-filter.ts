/** Which models and traits of a profile a grant shows. */

import { allowThenDeny, matcher, type NameFilter, nameFilter } from './name-filter.js';

/** How much of a model is seen: all of it, nothing, or the traits that pass. */
export type ModelView = 'whole' | 'hidden' | NameFilter;

/** How much of a model is seen, by its name. */
export type ModelViews = (model: string) => ModelView;

/** Models whose view is remembered. Names come from what is stored, and there are few; the bound is for the odd store. */
const MAX_REMEMBERED = 10_000;

/**
 * @param models patterns of model names; left out, all
 * @param traits patterns of `model.trait`; left out, all. A name may hold dots, so a text may be parted in several
 *   ways: one that allows is parted at its last dot, one that denies hides whatever it may mean.
 */
export function modelViews(models?: readonly string[], traits?: readonly string[]): ModelViews {
  const isModelSeen = models === undefined ? () => true : nameFilter(models);
  if (traits === undefined) {
    return (model) => (isModelSeen(model) ? 'whole' : 'hidden');
  }
  const { allowed, denied } = allowThenDeny(traits);
  const allows = allowed.map(allowPattern);
  const remembered = new Map<string, ModelView>();
  return (model) => {
    const known = remembered.get(model);
    if (known !== undefined) {
      return known;
    }
    if (remembered.size >= MAX_REMEMBERED) {
      remembered.clear();
    }
    const view = isModelSeen(model) ? traitsSeen(model, allows, denied) : 'hidden';
    remembered.set(model, view);
    return view;
  };
}

/** What both of two views show. */
export function narrowerView(one: ModelView, other: ModelView): ModelView {
  if (one === 'hidden' || other === 'whole') {
    return one;
  }
  if (other === 'hidden' || one === 'whole') {
    return other;
  }
  return (trait) => one(trait) && other(trait);
}

interface AllowPattern {
  readonly allowsModel: NameFilter;
  readonly allowsTrait: NameFilter;
  readonly allowsEveryTrait: boolean;
}

function allowPattern(pattern: string): AllowPattern {
  const dot = pattern.lastIndexOf('.');
  const trait = pattern.slice(dot + 1);
  return {
    allowsModel: matcher(pattern.slice(0, Math.max(dot, 0))),
    allowsTrait: matcher(trait),
    allowsEveryTrait: trait === '*',
  };
}

function traitsSeen(model: string, allowed: readonly AllowPattern[], denied: readonly string[]): ModelView {
  const allows = allowed.filter(({ allowsModel }) => allowsModel(model));
  const prefix = `${model}.`;
  const denies = denied.filter((pattern) => mayMatchBelow(prefix, pattern));
  if (
    (allowed.length > 0 && allows.length === 0) ||
    // What ends with a star and matches the bare prefix matches whatever follows it.
    denies.some((pattern) => pattern.endsWith('*') && matcher(pattern)(prefix))
  ) {
    return 'hidden';
  }
  const allowsAll = allowed.length === 0 || allows.some(({ allowsEveryTrait }) => allowsEveryTrait);
  if (allowsAll && denies.length === 0) {
    return 'whole';
  }
  const isDenied = denies.map(matcher);
  return (trait) =>
    (allowsAll || allows.some(({ allowsTrait }) => allowsTrait(trait))) &&
    !isDenied.some((matches) => matches(prefix + trait));
}

/** False where no name that begins with `prefix` can match. */
function mayMatchBelow(prefix: string, pattern: string): boolean {
  const [literal = ''] = pattern.split('*', 1);
  return literal.startsWith(prefix) || (pattern.includes('*') && prefix.startsWith(literal));
}
