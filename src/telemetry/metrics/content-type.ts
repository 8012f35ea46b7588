/** The content type of what Prometheus reads: its text format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
