import type { DestinationInfo } from '../../destinations/registry.js';
import type { Builder } from '../builder.js';

/** `Destination`: what the configuration says of one. */
export function destinationType(builder: Builder) {
  return builder.objectRef<DestinationInfo>('Destination').implement({
    description:
      'A destination of the configuration. Profiles can be read from one that is enabled and of type `REDIS`.',
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false, description: 'The Destination ID, as RudderStack shows it.' }),
      name: t.exposeString('name', { nullable: false, description: 'Its name for people.' }),
      type: t.exposeString('type', {
        nullable: false,
        description: 'Its type; lookups in any other than `REDIS` answer INVALID_DESTINATION.',
      }),
      enabled: t.exposeBoolean('enabled', {
        nullable: false,
        description: 'Whether it is switched on; lookups in one that is not answer INVALID_DESTINATION.',
      }),
    }),
  });
}
