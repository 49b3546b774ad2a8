import { protobuf } from './plain-numbers.ts';

/** What the generated code writes with: the writer of protobufjs, into buffers of Node. */
export const BinaryWriter = protobuf.BufferWriter;
export type BinaryWriter = InstanceType<typeof protobuf.Writer>;
