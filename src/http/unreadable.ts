import type { UnreadableReason } from '../telemetry/metrics/gateway-metrics.js';

/** @param error of a connection; undefined where it only broke */
export function unreadableReason(error: NodeJS.ErrnoException): UnreadableReason | undefined {
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
