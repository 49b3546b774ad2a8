import { readFileSync } from 'node:fs';
import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { WireReader, wireType } from './wire.ts';

/** A file made by `buf build -o` or `protoc --descriptor_set_out --include_imports`, or its bytes. */
export type DescriptorSet = string | Uint8Array;

/** Lets tools such as grpcurl ask for the contract of the services named. */
export function addReflection(
  server: Server,
  descriptorSet: DescriptorSet,
  services: readonly string[],
): void {
  const bytes = typeof descriptorSet === 'string' ? readFileSync(descriptorSet) : descriptorSet;
  const fileDescriptorProtos = filesOf(bytes);
  // The package reads nothing of a loaded definition but its file descriptors.
  const definition = { set: { format: 'descriptor set', type: {}, fileDescriptorProtos } };
  new ReflectionService(definition as unknown as ConstructorParameters<typeof ReflectionService>[0], {
    services: [...services],
  }).addToServer(server);
}

/** `FileDescriptorSet { repeated FileDescriptorProto file = 1; }` */
function filesOf(bytes: Uint8Array): Buffer[] {
  const reader = new WireReader(bytes);
  const files: Buffer[] = [];
  while (!reader.atEnd) {
    const isFile = reader.readTag() && reader.field === 1 && reader.type === wireType.bytes;
    const file = isFile ? reader.readBytes() : undefined;
    if (file === undefined) throw new Error('the descriptor set for reflection is damaged');
    files.push(Buffer.from(file));
  }
  return files;
}
