/** The typed client, `activation-gateway/client`: for browsers and Node, with nothing beside it. */

export {
  ActivationError,
  type ActivationErrorCode,
  type ClientErrorCode,
  type GatewayErrorCode,
} from './activation-error.js';
export { type Client, type ClientOptions, createClient } from './client.js';
export type {
  AnyTraits,
  AskOptions,
  Profile,
  ProfileId,
  ProfileRequest,
  ProfilesRequest,
  StoredTraits,
  TraitSelection,
  Viewer,
  ViewerRequest,
} from './profile.js';
