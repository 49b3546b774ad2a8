/** What a credential is sealed for: a treatment site seals with it, and a home region opens nothing sealed otherwise. */
export const CREDENTIAL_CONTEXT = 'yijie.exchange.v1.SealedCredential';
