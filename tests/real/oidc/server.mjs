// An issuer of tokens: one program (client credentials) and one person, who has already consented
// and whose refresh token is written to a file, so that no browser is needed.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const [port, tokenFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' };

const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  cookies: { keys: ['cookies of a demonstration'] },
  clients: [
    {
      client_id: 'counter',
      client_secret: 'counter-demonstration',
      grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
      redirect_uris: ['https://localhost/back'],
      scope: 'openid profile offline_access dossiers',
    },
  ],
  scopes: ['openid', 'profile', 'offline_access', 'dossiers'],
  claims: { openid: ['sub'], profile: ['name'] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Programs get a signed token for the dossiers, people an opaque one for their own data.
      defaultResource: (ctx) =>
        ctx.oidc.params.grant_type === 'client_credentials' ? 'urn:vn:dossiers' : undefined,
      getResourceServerInfo: () => ({ scope: 'dossiers', accessTokenFormat: 'jwt' }),
    },
  },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: 'Nguyễn Thị Ánh Tuyết' }),
  }),
});

async function refreshToken(accountId) {
  const client = await provider.Client.find('counter');
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope('openid profile offline_access');
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId,
    client,
    grantId,
    gty: 'authorization_code',
    scope: 'openid profile offline_access',
    authTime: Math.floor(Date.now() / 1000),
  });
  return token.save();
}

writeFileSync(tokenFile, await refreshToken('citizen-a'), { mode: 0o600 });
provider.listen(Number(port), '127.0.0.1');
