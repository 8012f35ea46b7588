/** Trusted documents cannot be had; the message says where and why. */
export class TrustedDocumentsError extends Error {
  override readonly name = 'TrustedDocumentsError';
}
