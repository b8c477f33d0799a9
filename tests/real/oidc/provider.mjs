// An identity provider at which two programs are registered, with the pages that oidc-provider has
// for development: whoever types a name is signed in by it.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, ways] = process.argv.slice(2);
// Otherwise the defaults of oidc-provider stay.
const settings = {
  usual: {},
  strict: { responseTypes: ['code'] },
  lenient: { responseTypes: ['code'], pkce: { required: () => false } },
};
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' };
const people = {
  citizen: {
    LoaiTaiKhoan: '1',
    SoDinhDanh: '000190000001',
    HoVaTen: 'Nguyễn Thị Bình An',
    GioiTinh: 2,
    NgayThangNamSinh: '1990-05-17',
  },
  foreigner: {
    LoaiTaiKhoan: '3',
    SoDinhDanh: '000790000003',
    HoVaTen: 'Tanaka Haruki',
    GioiTinh: 1,
    NgayThangNamSinh: '1988-11-03',
  },
  organisation: {
    LoaiTaiKhoan: '2',
    MaSoThue: '0000000017',
    TenDoanhNghiep: 'Công ty trách nhiệm hữu hạn Ví Dụ',
  },
};
const names = [...new Set(Object.values(people).flatMap(Object.keys))];

const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  cookies: { keys: ['cookies of a demonstration'] },
  acrValues: ['LoA1', 'LoA2', 'LoA3', 'LoA4'],
  claims: { openid: ['sub', ...names], acr: null, amr: null },
  clients: [
    {
      client_id: 'portal',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://portal.example/callback'],
    },
    {
      client_id: 'health',
      client_secret: 'health-demonstration',
      redirect_uris: ['https://health.example/callback'],
    },
  ],
  features: { claimsParameter: { enabled: true }, revocation: { enabled: true } },
  ...settings[ways],
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
});

provider.listen(Number(port), '127.0.0.1');
