import type { CatalogueEntity } from '../../catalogue/catalogue.js';
import type { Builder } from '../builder.js';

/** `Entity`: what the catalogue says of one. */
export function entityType(builder: Builder) {
  return builder.objectRef<CatalogueEntity>('Entity').implement({
    description: 'An entity whose profiles are synced, as the Profiles project of the configuration says.',
    fields: (t) => ({
      name: t.exposeString('name', { nullable: false, description: 'Its name: `user`, `account`, …' }),
      idTypes: t.stringList({
        nullable: { list: false, items: false },
        description: 'The id types that its profiles can be asked for by, at least one.',
        resolve: ({ idTypes }) => [...idTypes],
      }),
    }),
  });
}
