// What `sign_in_node.py` runs: one of the tests below by its name, with the simulator's address and the tenant on
// standard input. MSAL and jose come unmodified; what people do at a browser is done by plain HTTP.

import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import { text } from "node:stream/consumers";

import * as msal from "@azure/msal-node";
import * as jose from "jose";
import azureAd from "passport-azure-ad";

const { url, tenant, keys } = JSON.parse(await text(process.stdin));
const authority = `${url}/${tenant.id}`;
const redirectUri = "http://localhost:5000";
const CLOUD_APPS = "05a65629-4c1b-48c1-a78b-804c4abdd4af";

const persona = name => tenant.users.find(user => user.persona === name);
const registered = name => tenant.apps.find(app => app.name === name);
const user = persona("user");

// The client of a registration, which knows that our authority is one.
function client(name, auth = {}) {
  const app = registered(name);
  const options = { clientId: app.clientId, authority, knownAuthorities: [new URL(url).host], ...auth };
  if (app.public) return new msal.PublicClientApplication({ auth: options });
  const proves = ["clientSecret", "clientCertificate", "clientAssertion"].some(key => key in auth);
  return new msal.ConfidentialClientApplication({
    auth: proves ? options : { ...options, clientSecret: app.secret },
  });
}

async function control(path, body) {
  const answer = await fetch(`${url}/_mock/tenants/${tenant.id}/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
}

const command = body => control("commands", body);
const advance = by => control("clock/advance", { by });

// The client's clock is ahead by so many milliseconds, from now on.
function later(by) {
  const Now = globalThis.Date;
  globalThis.Date = class extends Now {
    constructor(...given) {
      super(...(given.length ? given : [Now.now() + by]));
    }
    static now() {
      return Now.now() + by;
    }
  };
}

// Waits of minutes pass in no time, from now on.
function hurried() {
  const wait = globalThis.setTimeout;
  globalThis.setTimeout = (done, time, ...given) => wait(done, Math.min(time, 20), ...given);
}

const plain = html =>
  html
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(number))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");

// Somebody at a browser: opens an address, signs in and consents where that is asked; the parameters of the answer.
async function browse(address) {
  let answer = await fetch(address, { redirect: "manual" });
  const cookies = new Map();
  for (const step of ["password", "accept"]) {
    if (answer.status !== 200) break;
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split(/=(.*)/s);
      cookies.set(name, value);
    }
    const page = await answer.text();
    const action = plain(page.match(/<form method="post" action="([^"]*)"/)[1]);
    const flowToken = plain(page.match(/name="flowToken" value="([^"]*)"/)[1]);
    const body = new URLSearchParams({ flowToken, step, login: user.upn, passwd: user.password });
    const headers = { cookie: [...cookies].map(one => one.join("=")).join("; ") };
    answer = await fetch(action, { method: "POST", body, headers, redirect: "manual" });
  }
  assert.equal(answer.status, 302, await answer.clone().text());
  const to = answer.headers.get("location");
  assert.ok(to.startsWith(redirectUri), to);
  return Object.fromEntries(new URL(to).searchParams);
}

// Code and PKCE.
async function interactive(app, scopes, options = {}) {
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const asked = { scopes, redirectUri, state: "a b&c", nonce: "n-0S6", ...options };
  const address = await app.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const given = await browse(address);
  const request = { ...asked, code: given.code, codeVerifier: verifier };
  return app.acquireTokenByCode(request, { ...given, nonce: asked.nonce });
}

// What MSAL says when it is refused.
async function refused(promise, numbers, kind = msal.ServerError) {
  const error = await promise.then(
    result => assert.fail(`expected a refusal, got ${JSON.stringify(result)}`),
    error => error,
  );
  assert.ok(error instanceof kind, error.stack);
  if (numbers) assert.match(error.errorMessage, new RegExp(`AADSTS${numbers}:`), error.stack);
  return error;
}

const claims = token => jose.decodeJwt(token);

const certificate = () => ({
  privateKey: readFileSync(`${keys}/client-key.pem`, "utf8"),
  x5c: readFileSync(`${keys}/client-certificate.pem`, "utf8"),
});

const tests = {
  async code() {
    const app = client("delegated");
    const first = await interactive(app, ["User.Read"]);
    assert.equal(first.account.username, user.upn);
    assert.equal(first.account.homeAccountId, `${claims(first.accessToken).oid}.${tenant.id}`);
    assert.equal(first.idTokenClaims.nonce, "n-0S6");
    const asked = { account: first.account, scopes: ["User.Read"] };
    const cached = await app.acquireTokenSilent(asked);
    assert.deepEqual([cached.fromCache, cached.accessToken], [true, first.accessToken]);
    const renewed = await app.acquireTokenSilent({ ...asked, forceRefresh: true });
    assert.equal(renewed.fromCache, false);
    await advance("PT2H");
    later(2 * 3_600_000);
    const expired = await app.acquireTokenSilent(asked);
    assert.equal(expired.fromCache, false);
    assert.ok(claims(expired.accessToken).iat > claims(first.accessToken).iat);
    await command({ revokeConsent: { app: "delegated" } });
    const lost = app.acquireTokenSilent({ ...asked, forceRefresh: true });
    const error = await refused(lost, 65001, msal.InteractionRequiredAuthError);
    assert.deepEqual([error.errorCode, error.subError], ["invalid_grant", "consent_required"]);
  },

  async server() {
    await command({ consent: { app: "full" } });
    const app = client("full");
    const result = await interactive(app, ["User.Read"]);
    assert.equal(claims(result.accessToken).appidacr, "1");
    const entries = Object.values(JSON.parse(app.getTokenCache().serialize()).RefreshToken);
    const refreshToken = entries[0].secret;
    const all = { refreshToken, scopes: [`${CLOUD_APPS}/investigation.read`] };
    const other = await app.acquireTokenByRefreshToken(all);
    assert.equal(claims(other.accessToken).aud, CLOUD_APPS);
  },

  async revoked() {
    await command({ consent: { app: "delegated" } });
    const app = client("delegated", { clientCapabilities: ["CP1"] });
    const first = await interactive(app, ["User.Read"]);
    assert.deepEqual(claims(first.accessToken).xms_cc, ["CP1"]);
    await advance("PT1M");
    await command({ revokeSessions: { user: "user" } });
    const headers = { authorization: `Bearer ${first.accessToken}` };
    const challenged = await fetch(`${url}/oidc/userinfo`, { headers });
    assert.equal(challenged.status, 401);
    const wanted = challenged.headers.get("www-authenticate").match(/claims="([^"]*)"/)[1];
    const asked = { account: first.account, scopes: ["User.Read"] };
    const challenge = Buffer.from(wanted, "base64").toString();
    const answer = app.acquireTokenSilent({ ...asked, claims: challenge });
    await refused(answer, 50173, msal.InteractionRequiredAuthError);
    await advance("PT1M");
    const again = await interactive(app, ["User.Read"], { claims: challenge });
    headers.authorization = `Bearer ${again.accessToken}`;
    assert.equal((await fetch(`${url}/oidc/userinfo`, { headers })).status, 200);
  },

  async programs() {
    const asked = { scopes: [`${CLOUD_APPS}/.default`] };
    const { privateKey, x5c } = certificate();
    const print = new X509Certificate(x5c).fingerprint256.replaceAll(":", "");
    const byPrint = { clientCertificate: { privateKey, thumbprintSha256: print } };
    const byChain = { clientCertificate: { privateKey, thumbprintSha256: print, x5c } };
    for (const [app, proof] of [
      [client("full"), "1"],
      [client("certificate", byPrint), "2"],
      [client("certificate", byChain), "2"],
    ]) {
      const result = await app.acquireTokenByClientCredential(asked);
      assert.equal(claims(result.accessToken).appidacr, proof);
      assert.equal((await app.acquireTokenByClientCredential(asked)).fromCache, true);
    }
    const wrong = client("full", { clientSecret: "wrong" });
    const error = await refused(wrong.acquireTokenByClientCredential(asked), 7000215);
    assert.equal(error.errorCode, "invalid_client");
    await refused(client("expired-secret").acquireTokenByClientCredential(asked), 7000222);
    await refused(client("full", byPrint).acquireTokenByClientCredential(asked), 700027);
  },

  async device() {
    hurried();
    const app = client("delegated");
    await command({ consent: { app: "delegated" } });
    const answered = accept => code =>
      command({ answerDevice: { userCode: code.userCode, user: "user", accept } });
    const scopes = ["User.Read"];
    const result = await app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: answered(true) });
    assert.equal(result.account.username, user.upn);
    assert.equal((await app.acquireTokenSilent({ account: result.account, scopes })).fromCache, true);
    // Nobody answers at first, and polling goes on.
    const slow = code => void globalThis.setTimeout(() => answered(true)(code), 20);
    assert.ok(await app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: slow }));
    for (const [said, name] of [
      [answered(false), "authorization_declined"],
      [() => advance("PT15M"), "expired_token"],
    ]) {
      const ended = app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: said });
      const error = await ended.then(() => assert.fail("expected a refusal"), error => error);
      assert.ok(error.message.includes(name), error.stack);
    }
  },

  async onward() {
    await command([{ consent: { app: "delegated" } }, { consent: { app: "middle-tier" } }]);
    const middle = registered("middle-tier").clientId;
    const caller = await interactive(client("delegated"), [`api://${middle}/access_as_user`]);
    const service = client("middle-tier");
    const asked = { oboAssertion: caller.accessToken, scopes: ["User.Read"] };
    const result = await service.acquireTokenOnBehalfOf(asked);
    assert.equal(claims(result.accessToken).upn, user.upn);
    assert.equal((await service.acquireTokenOnBehalfOf(asked)).fromCache, true);
    const wrong = service.acquireTokenOnBehalfOf({ ...asked, oboAssertion: result.accessToken });
    await refused(wrong, 50013);
  },

  async password() {
    await command({ consent: { app: "delegated" } });
    const ask = password =>
      client("delegated").acquireTokenByUsernamePassword({ scopes: ["User.Read"], username: user.upn, password });
    const result = await ask(user.password);
    assert.equal(result.account.username, user.upn);
    await refused(ask("wrong"), 50126);
    await command({ setUser: { user: "user", mfa: "required" } });
    await refused(ask(user.password), 50076, msal.InteractionRequiredAuthError);
  },

  async validators() {
    await command([{ setTokenStamps: { stamps: "wall" } }, { consent: { app: "delegated" } }]);
    const scopes = [`${CLOUD_APPS}/.default`];
    const app = client("delegated");
    const result = await interactive(app, scopes);
    const documented = async version =>
      (await fetch(`${authority}${version}/.well-known/openid-configuration`)).json();
    const document = await documented("/v2.0");
    const published = jose.createRemoteJWKSet(new URL(document.jwks_uri), { cooldownDuration: 0 });
    const verified = (token, issuer, audience) =>
      jose.jwtVerify(token, published, { issuer, audience, algorithms: ["RS256"], clockTolerance: 60 });
    const identity = await verified(result.idToken, document.issuer, registered("delegated").clientId);
    assert.equal(identity.payload.preferred_username, user.upn);
    const { issuer } = await documented("");
    const access = await verified(result.accessToken, issuer, CLOUD_APPS);
    assert.equal(access.payload.upn, user.upn);
    const [head, body, signature] = result.accessToken.split(".");
    const lie = jose.base64url.encode(JSON.stringify({ ...claims(result.accessToken), scp: "everything" }));
    const header = { alg: "RS256", kid: access.protectedHeader.kid };
    const key = createPrivateKey(certificate().privateKey);
    const foreign = await new jose.SignJWT(claims(result.accessToken)).setProtectedHeader(header).sign(key);
    const unsigned = `${jose.base64url.encode('{"alg":"none"}')}.${body}.`;
    for (const forged of [`${head}.${lie}.${signature}`, foreign, unsigned, `${head}.${body}.`]) {
      await assert.rejects(verified(forged, issuer, CLOUD_APPS), jose.errors.JOSEError);
    }
    await command({ rotateKeys: {} });
    const renewed = await app.acquireTokenSilent({ account: result.account, scopes, forceRefresh: true });
    const after = await verified(renewed.accessToken, issuer, CLOUD_APPS);
    assert.notEqual(after.protectedHeader.kid, access.protectedHeader.kid);
    await verified(result.accessToken, issuer, CLOUD_APPS);
  },

  async bearer() {
    const stamps = { setTokenStamps: { stamps: "wall" } };
    await command([stamps, { consent: { app: "delegated" } }, { consent: { app: "middle-tier" } }]);
    const api = registered("middle-tier").clientId;
    const users = await interactive(client("delegated"), [`api://${api}/access_as_user`]);
    const program = await client("full").acquireTokenByClientCredential({ scopes: [`api://${api}/.default`] });
    const ofVendor = await client("full").acquireTokenByClientCredential({ scopes: [`${CLOUD_APPS}/.default`] });
    // What the strategy says of a token: its claims, or why not.
    const judged = (token, version, clientID) =>
      new Promise((told, failed) => {
        const identityMetadata = `${authority}${version}/.well-known/openid-configuration`;
        const options = { identityMetadata, clientID, loggingLevel: "error", loggingNoPII: true };
        const strategy = new azureAd.BearerStrategy(options, (claims, done) => done(null, claims, {}));
        strategy.success = told;
        strategy.fail = why => told(String(why));
        strategy.error = failed;
        strategy.authenticate({ headers: { authorization: `Bearer ${token}` }, query: {}, body: {} }, {});
      });
    assert.equal((await judged(users.accessToken, "/v2.0", api)).preferred_username, user.upn);
    assert.equal((await judged(program.accessToken, "/v2.0", api)).azp, registered("full").clientId);
    assert.equal((await judged(ofVendor.accessToken, "", CLOUD_APPS)).appid, registered("full").clientId);
    const of = async (token, version, clientID) => typeof (await judged(token, version, clientID));
    assert.equal(await of(ofVendor.accessToken, "/v2.0", CLOUD_APPS), "string", "another issuer");
    assert.equal(await of(users.accessToken, "/v2.0", registered("full").clientId), "string", "another audience");
  },

  async proxied() {
    const { clientId, secret: clientSecret } = registered("full");
    const genuine = `https://login.microsoftonline.com/${tenant.id}`;
    const app = new msal.ConfidentialClientApplication({ auth: { clientId, clientSecret, authority: genuine } });
    const { accessToken } = await app.acquireTokenByClientCredential({ scopes: [`${CLOUD_APPS}/.default`] });
    const headers = { authorization: `Bearer ${accessToken}` };
    const alerts = `${tenant.cloudAppsUrl}/api/v1/alerts/`;
    assert.equal((await fetch(alerts, { headers })).status, 200);
    const status = await new Promise((done, failed) => {
      https.get(alerts, { headers }, answer => done(answer.resume().statusCode)).on("error", failed);
    });
    assert.equal(status, 200);
    await assert.rejects(fetch("https://www.example.com/"));
    const log = await (await fetch(`${url}/_mock/requests?status=502`)).json();
    assert.equal(log.requests.at(-1).host, "www.example.com:443");
  },
};

await tests[process.argv[2]]();
