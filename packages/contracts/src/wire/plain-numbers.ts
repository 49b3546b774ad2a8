import protobuf from 'protobufjs/minimal.js';

/**
 * protobufjs reads 64-bit fields as objects of the package `long` wherever that can be found, whatever generated code was
 * told: amounts then compare and add as NaN. Nothing of protobufjs may be used before this has run; the tests hold it.
 */
(protobuf.util as { Long: unknown }).Long = null;
protobuf.configure();

export { protobuf };
