import type { IncomingMessage } from 'node:http';
import { badRequest, payloadTooLarge, unsupportedMediaType } from '../errors.js';

/** Largest request body, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body whole.
 * @throws UNSUPPORTED_MEDIA_TYPE for another type, charset or an encoded body; PAYLOAD_TOO_LARGE past
 *   {@link MAX_BODY_BYTES}; BAD_REQUEST where it is not UTF-8 or breaks off.
 */
export async function readJsonText(message: IncomingMessage): Promise<string> {
  const { headers } = message;
  if (!JSON_TYPE.test(headers['content-type'] ?? '') || !isIdentity(headers['content-encoding'])) {
    throw unsupportedMediaType();
  }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    throw payloadTooLarge(MAX_BODY_BYTES);
  }
  const bytes = await readBytes(message);
  try {
    // Never replaced silently: an id with a replaced byte would be another one's id.
    return decoder.decode(bytes);
  } catch {
    throw badRequest('The request body is not UTF-8');
  }
}

function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || encoding.trim().toLowerCase() === 'identity';
}

function readBytes(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        chunks.length = 0;
        isOver = true;
        // The rest is read and dropped by node:http, bounded by its request time-out, so that the answer arrives.
        reject(payloadTooLarge(MAX_BODY_BYTES));
      } else {
        chunks.push(chunk);
      }
    });
    message.on('end', () => {
      isOver = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    const brokeOff = () => {
      // Every message closes at last; an error, with its stack, is made for those alone that broke off.
      if (!isOver) {
        reject(badRequest('The request body broke off'));
      }
    };
    message.on('error', brokeOff);
    message.on('close', brokeOff);
  });
}
