/** What comes over a connection and cannot be read as a request: Node refuses it by itself, with 431, 400 or 408. */

import type { Socket } from 'node:net';
import type { UnreadableReason } from '../telemetry/metrics/gateway-metrics.js';

export function watchUnreadable(connection: Socket, onUnreadable: (reason: UnreadableReason) => void): void {
  connection.on('error', (error) => {
    const reason = reasonOf(error);
    // A connection that was opened ahead, and on which nothing came, is no request.
    const isEmpty = connection.bytesRead === 0;
    if (reason !== undefined && !isEmpty) {
      onUnreadable(reason);
    }
  });
}

/** @returns undefined where the connection only broke */
function reasonOf(error: NodeJS.ErrnoException): UnreadableReason | undefined {
  const { code = '' } = error;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return 'headers_too_large';
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return 'too_slow';
  }
  // A caller that hangs up within a request is none.
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE' ? 'malformed' : undefined;
}
