import type { ChannelCredentials } from '@grpc/grpc-js';
import { grpcClientChannelOptions, systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, type Identity, loadTlsIdentity } from '@yijie/security';

/**
 * The services of this machine listen on an address, and their certificates name `localhost` too: TLS takes names only
 * for its server name.
 */
export const localChannelOptions = {
  ...grpcClientChannelOptions,
  'grpc.ssl_target_name_override': 'localhost',
};

/** Who the command line speaks as: a certificate of the key folder. */
export async function credentialsOf(keyFolder: string, identity: Identity): Promise<ChannelCredentials> {
  const tls = await loadTlsIdentity(certificateFiles(keyFolder, identity), {
    profile: 'development',
    clock: systemClock(),
  });
  return clientCredentials(tls);
}
