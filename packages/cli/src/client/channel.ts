import type { ChannelCredentials } from '@grpc/grpc-js';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, type Identity, loadTlsIdentity } from '@yijie/security';

/** Who the command line speaks as: a certificate of the key folder. */
export async function credentialsOf(keyFolder: string, identity: Identity): Promise<ChannelCredentials> {
  const tls = await loadTlsIdentity(certificateFiles(keyFolder, identity), {
    profile: 'development',
    clock: systemClock(),
  });
  return clientCredentials(tls);
}
