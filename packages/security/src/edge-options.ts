import type { ChannelOptions } from '@grpc/grpc-js';

/**
 * Bounds of a gRPC server that faces others. The library's own defaults are none: one client held 4,681 live calls on
 * three connections, and connections lasted for ever.
 */
export const EDGE_SERVER_OPTIONS = {
  'grpc.max_concurrent_streams': 100,
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  'grpc.max_send_message_length': 8 * 1024 * 1024,
  /** Megabytes of one HTTP/2 session. */
  'grpc-node.max_session_memory': 16,
  /** A revoked certificate is off the line within this time, even where no call is made. */
  'grpc.max_connection_age_ms': 10 * 60_000,
  'grpc.max_connection_age_grace_ms': 30_000,
  'grpc.max_connection_idle_ms': 5 * 60_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
} as const satisfies ChannelOptions;

/** What our own callers set, so that a connection that is open on one side only is noticed. */
export const CLIENT_OPTIONS = {
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
} as const satisfies ChannelOptions;
