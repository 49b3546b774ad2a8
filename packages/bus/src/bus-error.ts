/** What the bus could not do, in one sentence; the cause is the client's own error. */
export class BusError extends Error {
  override name = 'BusError';
}
