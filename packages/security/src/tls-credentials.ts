import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import type { TlsIdentity } from './tls-identity.ts';

export interface TlsOptions {
  /** TLS 1.2 only for named old hospital systems; nothing older is ever offered. */
  readonly minVersion?: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;
}

/** Credentials whose certificate can be replaced while connections stand: new handshakes take the new one. */
export type Renewable<Credentials> = Credentials & { renew(identity: TlsIdentity): void };

/** Mutual TLS: a caller without a certificate of our authorities doesn't get past the handshake. */
export function serverCredentials(
  identity: TlsIdentity,
  options: TlsOptions = {},
): Renewable<ServerCredentials> {
  return new RenewableServerCredentials(identity, options);
}

export function clientCredentials(
  identity: TlsIdentity,
  options: TlsOptions = {},
): Renewable<ChannelCredentials> {
  return new RenewableChannelCredentials(identity, options);
}

class RenewableServerCredentials extends ServerCredentials {
  readonly #options: TlsOptions;

  constructor(identity: TlsIdentity, options: TlsOptions) {
    super({ requestCert: true, rejectUnauthorized: true }, contextOptions(identity, options));
    this.#options = options;
  }

  renew(identity: TlsIdentity): void {
    this.updateSecureContextOptions(contextOptions(identity, this.#options));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

class RenewableChannelCredentials extends ChannelCredentials {
  readonly #options: TlsOptions;
  #current: ChannelCredentials;

  constructor(identity: TlsIdentity, options: TlsOptions) {
    super();
    this.#options = options;
    this.#current = channelCredentials(identity, options);
  }

  renew(identity: TlsIdentity): void {
    this.#current = channelCredentials(identity, this.#options);
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    ...args: Parameters<ChannelCredentials['_createSecureConnector']>
  ): ReturnType<ChannelCredentials['_createSecureConnector']> {
    return this.#current._createSecureConnector(...args);
  }
}

function channelCredentials(identity: TlsIdentity, options: TlsOptions): ChannelCredentials {
  return ChannelCredentials.createFromSecureContext(createSecureContext(contextOptions(identity, options)));
}

function contextOptions(identity: TlsIdentity, options: TlsOptions): SecureContextOptions {
  return {
    ca: identity.authorities,
    cert: identity.certificate,
    key: identity.privateKey,
    minVersion: options.minVersion ?? 'TLSv1.3',
  };
}
