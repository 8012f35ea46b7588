import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelViews, narrowerView } from '../../src/access/trait-filter.js';

/** What a view says of one trait. */
function shows(view: ReturnType<ReturnType<typeof modelViews>>, trait: string): boolean {
  return typeof view === 'function' ? view(trait) : view === 'whole';
}

describe('the models and traits of a grant', () => {
  it.each([
    ['everything, where there is no list', undefined, undefined, 'm', 't', true],
    ['a model that is listed', ['m'], undefined, 'm', 't', true],
    ['no model that is not listed', ['m'], undefined, 'n', 't', false],
    ['a trait that is listed', undefined, ['m.t'], 'm', 't', true],
    ['no other trait of its model', undefined, ['m.t'], 'm', 'u', false],
    ['no trait of another model', undefined, ['m.t'], 'n', 't', false],
    ['all but what is denied', undefined, ['m.*', '!m.t'], 'm', 'u', true],
    ['nothing that is denied', undefined, ['m.*', '!m.t'], 'm', 't', false],
    ['nothing that is denied, whatever the order', undefined, ['!m.t', 'm.*'], 'm', 't', false],
    ['nothing of a name that is denied everywhere', undefined, ['!*.EMAIL'], 'm', 'EMAIL', false],
    ['a trait of a model that is denied by the list of models', ['!m'], ['m.*'], 'm', 't', false],
    ['models with dots', undefined, ['a.b.t'], 'a.b', 't', true],
    ['one reading alone of an allowed text with dots', undefined, ['a.b.t'], 'a', 'b.t', false],
    ['neither reading of a denied text with dots: the model', undefined, ['!a.b.t'], 'a.b', 't', false],
    ['neither reading of a denied text with dots: the trait', undefined, ['!a.b.t'], 'a', 'b.t', false],
    ['nothing below a prefix that is denied', undefined, ['!a.pii.*'], 'a', 'pii.name', false],
    ['what stands beside it', undefined, ['!a.pii.*'], 'a', 'piix', true],
    ['models with slashes and colons', undefined, ['x/y:z.t'], 'x/y:z', 't', true],
  ])('shows %s', (_, models, traits, model, trait, seen) => {
    expect(shows(modelViews(models, traits)(model), trait)).toBe(seen);
  });

  it('says of a model as a whole what it says of every trait', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
    const pattern = fc
      .string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 3, maxLength: 6 })
      .filter((text) => /^.+\..+$/.test(text));
    const list = fc.array(
      fc.tuple(fc.boolean(), pattern).map(([denies, text]) => (denies ? `!${text}` : text)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(list, name, name, (traits, model, trait) => {
        const matches = (text: string, one: string) =>
          new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(text);
        const allowed = traits.filter((one) => !one.startsWith('!'));
        const denied = traits.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
        const isAllowed =
          allowed.length === 0 ||
          allowed.some((one) => {
            const dot = one.lastIndexOf('.');
            return matches(model, one.slice(0, dot)) && matches(trait, one.slice(dot + 1));
          });
        const isDenied = denied.some((one) => matches(`${model}.${trait}`, one));
        expect(shows(modelViews(undefined, traits)(model), trait)).toBe(isAllowed && !isDenied);
      }),
      { numRuns: 5_000 },
    );
  });

  it('of two views shows what both show', () => {
    const views = [
      'whole',
      'hidden',
      (trait: string) => trait === 'a',
      (trait: string) => trait < 'c',
    ] as const;
    for (const one of views) {
      for (const other of views) {
        for (const trait of ['a', 'b', 'c']) {
          expect(shows(narrowerView(one, other), trait)).toBe(shows(one, trait) && shows(other, trait));
        }
      }
    }
  });
});
