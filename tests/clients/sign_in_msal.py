"""MSAL for Python signs people and programs in, by every grant that it knows.

It finds the simulator by its base URL, but where it can't leave the usual port: there it comes through the proxy. What
people do at a browser is done by plain HTTP. Every test has a tenant of its own, forked from the first.
"""

import base64
import concurrent.futures
import functools
import json
import re
import time
import unittest.mock
import uuid
import warnings

import jwt
import msal
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from support import PATIENCE, REPOSITORY, SimulatorCase, app_of
from visitor import MFA_CODE, Visitor

KEYS = REPOSITORY / "fixtures" / "keys"
THUMBPRINT = "3F79E0A1E1E7259AAA61F2F56C0B0F0CF5567343"

CLOUD_APPS = "05a65629-4c1b-48c1-a78b-804c4abdd4af"
DEFAULT = f"{CLOUD_APPS}/.default"
REDIRECT = "http://localhost:5000"


def persona(tenant, name):
    """The user of that persona."""
    return next(user for user in tenant["users"] if user["persona"] == name)


def claims_of(token):
    """What a token says, whoever may have signed it."""
    return jwt.decode(token, options={"verify_signature": False})


def later(seconds):
    """The client's clock is ahead, until this is stopped."""
    now = time.time
    return unittest.mock.patch("time.time", lambda: now() + seconds)


class SignIn(SimulatorCase):
    """A tenant of its own for each test, and MSAL pointed at it."""

    arguments = ("--freeze", "--size", "tiny")

    def setUp(self):
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca)
        # MSAL advises the use of form_post, and to wait for the interval of a device.
        self.enterContext(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        self.tenant = self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/fork", {})
        self.user = persona(self.tenant, "user")
        self.admin = persona(self.tenant, "global-admin")
        self.visitor = Visitor(self.simulator.ca)
        self.addCleanup(self.visitor.close)

    def command(self, command, tenant=None):
        """Gives a command."""
        return self.simulator.control("POST", f"/tenants/{(tenant or self.tenant)['id']}/commands", command)

    def advance(self, by):
        """Moves the tenant's clock."""
        self.simulator.control("POST", f"/tenants/{self.tenant['id']}/clock/advance", {"by": by})

    def authority(self, tenant=None):
        """Where to sign in."""
        return f"{self.simulator.url}/{(tenant or self.tenant)['id']}"

    def public(self, name="delegated", tenant=None, **options):
        """A program on somebody's machine."""
        options = {"instance_discovery": False, "authority": self.authority(tenant)} | options
        return msal.PublicClientApplication(app_of(self.tenant, name)["clientId"], **options)

    def confidential(self, name="full", credential=None, tenant=None, **options):
        """A program that can keep a secret."""
        app = app_of(self.tenant, name)
        options = {"instance_discovery": False, "authority": self.authority(tenant)} | options
        return msal.ConfidentialClientApplication(
            app["clientId"], client_credential=credential or app["secret"], **options
        )

    def interactive(self, app, scopes, user=None, visitor=None, **options):
        """The user signs in and consents to whatever is asked; MSAL redeems the code."""
        flow = app.initiate_auth_code_flow(scopes, redirect_uri=REDIRECT, **options)
        seen = (visitor or self.visitor).open(flow["auth_uri"])
        if not seen.landed and "login" in seen.form.fields:
            seen = seen.sign_in(user or self.user)
        if not seen.landed and ("step", "accept") in seen.form.buttons:
            seen = seen.answer("accept")
        self.assertTrue(seen.landed and seen.landed.startswith(REDIRECT), seen)
        return app.acquire_token_by_auth_code_flow(flow, seen.given)

    def granted(self, result):
        """The access token of a success."""
        self.assertNotIn("error", result, result)
        return result["access_token"]

    def refused(self, result, code, error=None):
        """The answer is this refusal."""
        self.assertEqual(result.get("error_codes"), [code], result)
        if error:
            self.assertEqual(result["error"], error)
        return result

    def user_info(self, token):
        """What Graph says of the user."""
        return requests.get(
            f"{self.simulator.url}/oidc/userinfo",
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
        )


class People(SignIn):
    """Grants with somebody behind them."""

    def test_a_code_gives_tokens_that_the_cache_serves_until_they_expire(self):
        """Code and PKCE, then silence: from the cache, by refresh once expired, and 65001 once consent is taken"""
        app = self.public()
        first = self.interactive(app, ["User.Read"])
        claims = claims_of(self.granted(first))
        self.assertEqual((claims["upn"], claims["appidacr"]), (self.user["upn"], "0"))
        self.assertEqual(set(claims["scp"].split()), {"User.Read", "openid", "profile"})
        self.assertEqual(first["id_token_claims"]["preferred_username"], self.user["upn"])
        (account,) = app.get_accounts()
        self.assertEqual(account["home_account_id"], f"{claims['oid']}.{self.tenant['id']}")
        again = app.acquire_token_silent_with_error(["User.Read"], account)
        self.assertEqual((again["access_token"], again["token_source"]), (first["access_token"], "cache"))
        self.advance("PT2H")
        with later(7_200):
            renewed = app.acquire_token_silent_with_error(["User.Read"], account)
            self.assertEqual(renewed["token_source"], "identity_provider")
            self.assertEqual(claims_of(self.granted(renewed))["oid"], claims["oid"])
            self.assertGreater(claims_of(renewed["access_token"])["iat"], claims["iat"])
            self.command({"revokeConsent": {"app": "delegated"}})
            kept = app.acquire_token_silent_with_error(["User.Read"], account)
            self.assertEqual(kept["token_source"], "cache")
            lost = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
        self.refused(lost, 65001, "invalid_grant")
        self.assertEqual(lost["suberror"], "consent_required")

    def test_everything_granted_is_asked_for_by_default(self):
        """Consented for everybody, `.default` needs no page, and the cache knows it by that name"""
        self.command({"consent": {"app": "delegated"}})
        app = self.public()
        first = self.interactive(app, [DEFAULT])
        self.assertEqual(claims_of(self.granted(first))["scp"], "investigation.manage investigation.read")
        (account,) = app.get_accounts()
        self.assertEqual(app.acquire_token_silent([DEFAULT], account)["token_source"], "cache")

    def test_one_refresh_token_is_good_for_other_resources(self):
        """With a token for one API the cache gets one for another, if that was consented to"""
        self.command({"consent": {"app": "delegated"}})
        app = self.public()
        self.granted(self.interactive(app, ["User.Read"]))
        (account,) = app.get_accounts()
        other = app.acquire_token_silent([f"{CLOUD_APPS}/investigation.read"], account)
        self.assertEqual(claims_of(self.granted(other))["aud"], CLOUD_APPS)

    def test_a_server_redeems_its_code_with_its_secret(self):
        """A confidential client signs a user in; the token says that it proved itself"""
        self.command({"consent": {"app": "full"}})
        app = self.confidential("full")
        result = self.interactive(app, ["User.Read"])
        self.assertEqual(claims_of(self.granted(result))["appidacr"], "1")

    def test_answers_come_back_as_a_form_too(self):
        """Response mode form_post holds the same answer"""
        app = self.public()
        flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT, response_mode="form_post")
        seen = self.visitor.open(flow["auth_uri"]).sign_in(self.user).answer("accept")
        self.assertEqual(seen.form.action.rstrip("/"), REDIRECT)
        self.granted(app.acquire_token_by_auth_code_flow(flow, seen.given))

    def test_declining_is_told_to_the_client(self):
        """The user says no, and MSAL gets access_denied with 65004"""
        app = self.public()
        flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT)
        seen = self.visitor.open(flow["auth_uri"]).sign_in(self.user).answer("cancel")
        result = app.acquire_token_by_auth_code_flow(flow, seen.given)
        self.assertEqual(result["error"], "access_denied")
        self.assertTrue(result["error_description"].startswith("AADSTS65004: "), result)
        self.assertEqual(seen.given["error_subcode"], "cancel")

    def test_the_second_sign_in_needs_no_password(self):
        """A session answers prompt=none; without one that is login_required"""
        self.command({"consent": {"app": "delegated"}})
        app = self.public()
        flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT, prompt="none")
        result = app.acquire_token_by_auth_code_flow(flow, self.visitor.open(flow["auth_uri"]).given)
        self.assertEqual(result["error"], "login_required")
        self.assertIn("AADSTS50058", result["error_description"])
        self.granted(self.interactive(app, ["User.Read"]))
        flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT, prompt="none")
        seen = self.visitor.open(flow["auth_uri"])
        self.granted(app.acquire_token_by_auth_code_flow(flow, seen.given))

    def test_a_second_factor_is_asked_for(self):
        """With MFA demanded the page asks for it, the password grant is refused, and the token says both methods"""
        self.command([{"setUser": {"user": "user", "mfa": "required"}}, {"consent": {"app": "delegated"}}])
        app = self.public()
        flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT)
        seen = self.visitor.open(flow["auth_uri"]).sign_in(self.user)
        self.assertIn("otc", seen.form.fields)
        seen = seen.answer("mfa", otc="000000")
        self.assertIn("AADSTS500121", seen.text)
        seen = seen.answer("mfa", otc=MFA_CODE)
        token = self.granted(app.acquire_token_by_auth_code_flow(flow, seen.given))
        self.assertEqual(claims_of(token)["amr"], ["pwd", "mfa"])

    def test_a_device_waits_until_somebody_says_yes(self):
        """Device flow: pending, then accepted at the page; the code works once"""
        app = self.public()
        flow = app.initiate_device_flow(["User.Read"])
        self.assertEqual((len(flow["user_code"]), flow["expires_in"], flow["interval"]), (9, 900, 5))
        pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
        self.refused(pending, 70016, "authorization_pending")
        seen = self.at_the_device_page(flow).sign_in(self.user)
        seen = seen.answer("accept")
        self.assertIn("Are you trying to sign in", seen.title)
        seen = seen.answer("accept")
        self.assertIn("You have signed in", seen.text)
        token = self.granted(app.acquire_token_by_device_flow(flow))
        self.assertEqual(claims_of(token)["upn"], self.user["upn"])
        self.assertTrue(app.acquire_token_silent(["User.Read"], app.get_accounts()[0]))
        self.assertEqual(app.acquire_token_by_device_flow(flow)["error"], "bad_verification_code")

    def at_the_device_page(self, flow):
        """The page that comes once the code was typed."""
        return self.visitor.open(flow["verification_uri"]).answer("code", code=flow["user_code"])

    def test_a_device_hears_no(self):
        """Device flow: declined at the page, or by a command"""
        app = self.public()
        flow = app.initiate_device_flow(["User.Read"])
        self.at_the_device_page(flow).sign_in(self.user).answer("cancel")
        declined = app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
        self.assertEqual(declined["error"], "authorization_declined")
        other = app.initiate_device_flow(["User.Read"])
        answer = {"userCode": other["user_code"], "user": "user", "accept": False}
        self.command({"answerDevice": answer})
        declined = app.acquire_token_by_device_flow(other, exit_condition=lambda flow: True)
        self.assertEqual(declined["error"], "authorization_declined")

    def test_a_device_waits_no_longer_than_its_code_lives(self):
        """Device flow: expired after a quarter of an hour of the tenant's clock"""
        app = self.public()
        flow = app.initiate_device_flow(["User.Read"])
        self.advance("PT15M")
        expired = app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
        self.assertEqual(expired["error"], "expired_token")
        self.assertIn("expired", self.at_the_device_page(flow).text)

    def test_a_service_calls_on_for_its_caller(self):
        """On behalf of: the middle tier takes the caller's token for one of Graph, and no token that is not for it"""
        self.command([{"consent": {"app": "delegated"}}, {"consent": {"app": "middle-tier"}}])
        middle = app_of(self.tenant, "middle-tier")["clientId"]
        caller = self.public()
        result = self.interactive(caller, [f"api://{middle}/access_as_user"])
        assertion = self.granted(result)
        self.assertEqual(claims_of(assertion)["aud"], middle)
        service = self.confidential("middle-tier")
        onward = service.acquire_token_on_behalf_of(assertion, ["User.Read"])
        claims = claims_of(self.granted(onward))
        self.assertEqual((claims["appid"], claims["upn"]), (middle, self.user["upn"]))
        self.assertEqual(self.user_info(onward["access_token"]).json()["name"], self.user["displayName"])
        wrong = service.acquire_token_on_behalf_of(onward["access_token"], ["User.Read"])
        self.refused(wrong, 50013, "invalid_grant")
        program = self.confidential("full").acquire_token_for_client([f"api://{middle}/.default"])
        refused = service.acquire_token_on_behalf_of(self.granted(program), ["User.Read"])
        self.assertIn("error", refused)
        self.command({"revokeConsent": {"app": "middle-tier"}})
        fresh = self.confidential("middle-tier")
        self.refused(fresh.acquire_token_on_behalf_of(assertion, ["User.Read"]), 65001, "invalid_grant")

    def test_a_revoked_session_is_challenged_and_recovers(self):
        """Continuous evaluation: 401 with a claims challenge, 50173 for the refresh token, then a new sign-in"""
        self.command({"consent": {"app": "delegated"}})
        app = self.public(client_capabilities=["CP1"])
        token = self.granted(self.interactive(app, ["User.Read"]))
        self.assertEqual(claims_of(token)["xms_cc"], ["CP1"])
        self.assertEqual(self.user_info(token).json()["sub"], self.sub(app))
        self.advance("PT1M")
        self.command({"revokeSessions": {"user": "user"}})
        challenged = self.user_info(token)
        self.assertEqual(challenged.status_code, 401)
        header = challenged.headers["WWW-Authenticate"]
        self.assertIn('error="insufficient_claims"', header)
        claims = base64.b64decode(header.split('claims="')[1].split('"')[0]).decode()
        self.assertTrue(json.loads(claims)["access_token"]["nbf"]["essential"])
        (account,) = app.get_accounts()
        silent = app.acquire_token_silent_with_error(["User.Read"], account, claims_challenge=claims)
        self.refused(silent, 50173, "invalid_grant")
        self.advance("PT1M")
        token = self.granted(self.interactive(app, ["User.Read"], claims_challenge=claims))
        self.assertEqual(self.user_info(token).status_code, 200)

    @staticmethod
    def sub(app):
        """`sub` of the id token in the cache."""
        (entry,) = app.token_cache.search(msal.TokenCache.CredentialType.ID_TOKEN)
        return claims_of(entry["secret"])["sub"]

    def test_without_the_capability_a_token_lives_on(self):
        """A client that can't answer challenges keeps its token, but gets no new one"""
        self.command({"consent": {"app": "delegated"}})
        app = self.public()
        token = self.granted(self.interactive(app, ["User.Read"]))
        self.advance("PT1M")
        self.command({"revokeSessions": {"user": "user"}})
        self.assertEqual(self.user_info(token).status_code, 200)
        (account,) = app.get_accounts()
        silent = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
        self.refused(silent, 50173)

    def test_a_password_is_enough_for_old_programs(self):
        """The password grant through the proxy, with the realm asked for first; refused with MFA and in error"""
        genuine = self.simulator.tenant
        self.command({"consent": {"app": "delegated"}}, genuine)
        self.addCleanup(self.simulator.control, "POST", f"/tenants/{genuine['id']}/reset", {})
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca, HTTPS_PROXY=self.simulator.proxy)
        authority = f"https://login.microsoftonline.com/{genuine['id']}"
        user = persona(genuine, "user")

        def ask(password):
            app = self.public(authority=authority, instance_discovery=None)
            return app.acquire_token_by_username_password(user["upn"], password, ["User.Read"])

        token = self.granted(ask(user["password"]))
        self.assertEqual(claims_of(token)["amr"], ["pwd"])
        self.refused(ask("wrong"), 50126, "invalid_grant")
        self.command({"setUser": {"user": "user", "mfa": "required"}}, genuine)
        self.refused(ask(user["password"]), 50076)
        log = self.simulator.control("GET", f"/tenants/{genuine['id']}/requests")["requests"]
        self.assertTrue(any("userrealm" in request["path"] for request in log))

    def test_a_device_of_another_dialect_is_served(self):
        """Device flow at `organizations`, polled with `code`, as XSOAR does; of eight at once one gets tokens"""
        self.addCleanup(self.simulator.control, "POST", f"/tenants/{self.simulator.tenant['id']}/reset", {})
        url, client = f"{self.simulator.url}/organizations/oauth2/v2.0", app_of(self.tenant, "delegated")["clientId"]
        asked = {"client_id": client, "scope": "offline_access User.Read"}
        session = self.visitor.session
        device = session.post(f"{url}/devicecode", asked | {"login_hint": self.user["upn"]}, timeout=PATIENCE).json()
        (address,) = re.findall(r"https?://\S+", device["message"])
        self.assertIn(f" {device['user_code']} ", device["message"])
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        poll = asked | {"grant_type": grant, "code": device["device_code"], "scope": ""}
        pending = session.post(f"{url}/token", poll, timeout=PATIENCE).json()
        self.refused(pending, 70016, "authorization_pending")
        seen = self.visitor.open(address).answer("code", code=device["user_code"]).sign_in(self.user)
        if "Permissions requested" in seen.title:
            seen = seen.answer("accept")
        seen.answer("accept")
        with concurrent.futures.ThreadPoolExecutor(8) as crowd:
            post = functools.partial(requests.post, f"{url}/token", poll, timeout=PATIENCE)
            answers = [one.result().json() for one in [crowd.submit(post) for _ in range(8)]]
        self.assertEqual(sum("refresh_token" in answer for answer in answers), 1, answers)

    def test_an_ordered_error_is_met_once(self):
        """failNext: the next request meets the error, the one after succeeds"""
        self.command([{"consent": {"app": "delegated"}}])
        app = self.public()
        self.granted(self.interactive(app, ["User.Read"]))
        self.command({"failNext": {"code": 50053}})
        (account,) = app.get_accounts()
        met = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
        self.refused(met, 50053)
        again = app.acquire_token_silent_with_error(["SecurityAlert.Read.All"], account)
        self.granted(again)


class Programs(SignIn):
    """Grants with nobody behind them."""

    def test_an_application_proves_itself(self):
        """Client credentials: a secret, a certificate by thumbprint and by PS256, and what each leaves in the token"""
        key = (KEYS / "client-key.pem").read_text()
        by_thumbprint = {"private_key": key, "thumbprint": THUMBPRINT}
        by_certificate = {"private_key": key, "public_certificate": (KEYS / "client-certificate.pem").read_text()}
        for name, credential, proof in [
            ("full", None, "1"),
            ("certificate", by_thumbprint, "2"),
            ("certificate", by_certificate, "2"),
        ]:
            with self.subTest(name=name, proof=proof):
                app = self.confidential(name, credential)
                result = app.acquire_token_for_client([DEFAULT])
                claims = claims_of(self.granted(result))
                self.assertEqual((claims["appidacr"], claims["aud"]), (proof, CLOUD_APPS))
                self.assertIn("investigation.read", claims["roles"])
                self.assertEqual(app.acquire_token_for_client([DEFAULT])["token_source"], "cache")

    def test_an_elliptic_key_signs_too(self):
        """A certificate named by `kid`, with padding, and ES256, as Terraform sends it"""
        key = (KEYS / "client-ec-key.pem").read_text()
        app = app_of(self.tenant, "certificate")["clientId"]
        kid = base64.urlsafe_b64encode(bytes.fromhex("F250AFA9D0B53B8B4ECE9175BB08F413612CD3AD")).decode()
        now = int(time.time())
        claims = {"iss": app, "sub": app, "aud": f"{self.authority()}/v2.0", "nbf": now, "exp": now + 3_600}
        assertion = jwt.encode(claims, key, "ES256", headers={"kid": kid})
        client = self.confidential("certificate", {"client_assertion": assertion})
        result = client.acquire_token_for_client(["https://management.azure.com//.default"])
        self.assertEqual(claims_of(self.granted(result))["aud"], "https://management.azure.com/")

    def test_a_client_keeps_its_own_time(self):
        """However far the tenant's clock is from the client's, a certificate is good; what has run out is not"""
        key = (KEYS / "client-key.pem").read_text()
        credential = {"private_key": key, "thumbprint": THUMBPRINT}
        self.advance("P3D")
        self.granted(self.confidential("certificate", credential).acquire_token_for_client([DEFAULT]))
        now = int(time.time())
        app = app_of(self.tenant, "certificate")["clientId"]
        claims = {"iss": app, "sub": app, "aud": f"{self.authority()}/oauth2/v2.0/token", "jti": "1"}
        thumbprint = base64.urlsafe_b64encode(bytes.fromhex(THUMBPRINT)).rstrip(b"=").decode()
        for begins, code in [(now + 1, None), (now - 7_200, 700024)]:
            times = {"nbf": begins, "exp": begins + 600}
            assertion = jwt.encode(claims | times, key, "RS256", headers={"x5t": thumbprint})
            client = self.confidential("certificate", {"client_assertion": assertion})
            result = client.acquire_token_for_client([DEFAULT])
            self.assertEqual(result.get("error_codes", [None]), [code], result)

    def test_a_bad_credential_is_refused(self):
        """An expired secret, a wrong one, a certificate that nobody registered"""
        expired = self.confidential("expired-secret").acquire_token_for_client([DEFAULT])
        self.refused(expired, 7000222, "invalid_client")
        wrong = self.confidential("full", "wrong").acquire_token_for_client([DEFAULT])
        self.refused(wrong, 7000215, "invalid_client")
        key = (KEYS / "client-key.pem").read_text()
        foreign = {"private_key": key, "thumbprint": "00" * 20}
        refused = self.confidential("certificate", foreign).acquire_token_for_client([DEFAULT])
        self.refused(refused, 700027, "invalid_client")
        swapped = {"private_key": key, "thumbprint": THUMBPRINT}
        refused = self.confidential("full", swapped).acquire_token_for_client([DEFAULT])
        self.refused(refused, 700027, "invalid_client")

    def test_a_token_of_another_issuer_stands_for_a_secret(self):
        """Federated credential: a token whose issuer, subject and audience were registered, of a key that is trusted"""
        issuer, subject = "https://issuer.example/pipeline", "repo:contoso/exporter:ref:refs/heads/main"
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
        keys = {"keys": [public | {"kid": "one", "use": "sig"}]}
        credential = {"app": "certificate", "issuer": issuer, "subject": subject}
        self.command([{"addFederatedCredential": credential}, {"trustIssuer": {"issuer": issuer, "keys": keys}}])

        def ask(signed_by=key, **changed):
            now = int(time.time())
            claims = {"iss": issuer, "sub": subject, "aud": "api://AzureADTokenExchange", "jti": str(uuid.uuid4())}
            claims |= {"iat": now, "nbf": now, "exp": now + 600} | changed
            token = jwt.encode(claims, signed_by, "RS256", headers={"kid": "one"})
            app = self.confidential("certificate", {"client_assertion": lambda: token})
            return app.acquire_token_for_client([DEFAULT])

        self.assertEqual(claims_of(self.granted(ask()))["appidacr"], "2")
        self.refused(ask(iss="https://other.example"), 700211, "invalid_client")
        self.refused(ask(aud="api://other"), 700212, "invalid_client")
        self.refused(ask(sub="repo:stranger/x"), 700213, "invalid_client")
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.assertEqual(ask(stranger)["error"], "invalid_client")

    def test_the_first_version_speaks_in_strings(self):
        """Version 1.0 by plain requests: code, refresh and client credentials with `resource`, times as texts"""
        self.command([{"consent": {"app": "full"}}, {"consent": {"app": "delegated"}}])
        full, delegated = app_of(self.tenant, "full"), app_of(self.tenant, "delegated")
        endpoint = f"{self.authority()}/oauth2/token"

        def ask(**fields):
            return self.visitor.session.post(endpoint, fields, timeout=PATIENCE).json()

        secret = {"client_id": full["clientId"], "client_secret": full["secret"]}
        program = ask(grant_type="client_credentials", resource=CLOUD_APPS, **secret)
        self.assertEqual((program["resource"], program["expires_in"]), (f"spn:{CLOUD_APPS}", "3599"))
        graph = "https://graph.microsoft.com"
        seen = self.visitor.open(
            f"{self.authority()}/oauth2/authorize",
            client_id=delegated["clientId"],
            response_type="code",
            redirect_uri=REDIRECT,
            resource=graph,
            state="x",
        ).sign_in(self.user)
        public = {"client_id": delegated["clientId"]}
        first = ask(grant_type="authorization_code", code=seen.given["code"], redirect_uri=REDIRECT, **public)
        self.assertIsInstance(first["expires_on"], str)
        claims = claims_of(first["access_token"])
        self.assertEqual((claims["aud"], claims["ver"]), (graph, "1.0"))
        self.assertEqual(claims_of(first["id_token"])["upn"], self.user["upn"])
        token = first["refresh_token"]
        again = ask(grant_type="refresh_token", refresh_token=token, resource=CLOUD_APPS, **public)
        self.assertEqual(claims_of(again["access_token"])["aud"], CLOUD_APPS)
        old = ask(grant_type="refresh_token", refresh_token=token, resource=graph, **public)
        self.assertEqual(claims_of(old["access_token"])["aud"], graph)


class Consent(SignIn):
    """From AADSTS65001 to a token, over two tenants."""

    def test_an_administrator_turns_65001_into_a_token(self):
        """65001, the admin consent page, then what failed works: at home, and in a second tenant of its own"""
        fabrikam = self.simulator.control(
            "POST", "/tenants", {"name": "Fabrikam", "seed": 2, "size": "tiny", "freeze": True}
        )
        self.addCleanup(self.simulator.control, "DELETE", f"/tenants/{fabrikam['id']}")
        app = app_of(self.tenant, "unconsented")
        for tenant in [self.tenant, fabrikam]:
            with self.subTest(tenant=tenant["name"]):
                scope = ["https://graph.microsoft.com/SecurityAlert.Read.All"]
                client = self.confidential("unconsented", tenant=tenant)
                visitor = Visitor(self.simulator.ca)
                self.addCleanup(visitor.close)
                flow = client.initiate_auth_code_flow(scope, redirect_uri=REDIRECT)
                seen = visitor.open(flow["auth_uri"]).sign_in(persona(tenant, "user"))
                self.assertIn("Need admin approval", seen.title)
                seen = visitor.open(flow["auth_uri"] + "&prompt=none")
                self.assertEqual(seen.given["error"], "consent_required")
                self.assertIn("AADSTS65001", seen.given["error_description"])
                administrator = Visitor(self.simulator.ca)
                self.addCleanup(administrator.close)
                seen = administrator.open(
                    f"{self.authority(tenant)}/v2.0/adminconsent",
                    client_id=app["clientId"],
                    redirect_uri=REDIRECT,
                    state="12 34",
                    scope="https://graph.microsoft.com/.default",
                ).sign_in(persona(tenant, "global-admin"))
                self.assertIn("for your organization", seen.text)
                seen = seen.answer("accept")
                given = {"admin_consent": "True", "tenant": tenant["id"], "state": "12 34"}
                self.assertEqual(seen.given | given, seen.given)
                result = self.interactive(client, scope, persona(tenant, "user"), visitor)
                claims = claims_of(self.granted(result))
                self.assertEqual((claims["tid"], claims["appid"]), (tenant["id"], app["clientId"]))
                program = client.acquire_token_for_client(["https://graph.microsoft.com/.default"])
                claims = claims_of(self.granted(program))
                self.assertIn("SecurityAlert.Read.All", claims["roles"])
                self.assertEqual(claims["tid"], tenant["id"])

    def test_a_refresh_token_meets_65001_until_somebody_consents(self):
        """A token for another API than was consented to: 65001; after an administrator's yes the same call works"""
        client = self.public()
        self.granted(self.interactive(client, ["User.Read"]))
        (account,) = client.get_accounts()
        scope = [f"{CLOUD_APPS}/investigation.read"]
        refused = client.acquire_token_silent_with_error(scope, account)
        self.refused(refused, 65001, "invalid_grant")
        self.assertEqual(refused["suberror"], "consent_required")
        admin = Visitor(self.simulator.ca)
        self.addCleanup(admin.close)
        seen = admin.open(
            f"{self.authority()}/adminconsent",
            client_id=app_of(self.tenant, "delegated")["clientId"],
            redirect_uri=REDIRECT,
        ).sign_in(self.admin)
        self.assertEqual(seen.answer("accept").given["admin_consent"], "True")
        # MSAL answers the very same request from memory for a minute.
        with later(61):
            self.granted(client.acquire_token_silent_with_error(scope, account))

    def test_an_administrator_who_may_not_consent_is_told_so(self):
        """The Security Administrator is no one who consents for everybody"""
        seen = self.visitor.open(
            f"{self.authority()}/v2.0/adminconsent",
            client_id=app_of(self.tenant, "unconsented")["clientId"],
            redirect_uri=REDIRECT,
            scope="https://graph.microsoft.com/.default",
        ).sign_in(persona(self.tenant, "security-admin"))
        self.assertIn("Need admin approval", seen.title)
        self.assertIn("error", seen.answer("cancel").given)

    def test_people_of_two_tenants_sign_in_at_common(self):
        """At `organizations` each lands in the tenant of his own"""
        fabrikam = self.simulator.control(
            "POST", "/tenants", {"name": "Fabrikam", "seed": 3, "size": "tiny", "freeze": True}
        )
        self.addCleanup(self.simulator.control, "DELETE", f"/tenants/{fabrikam['id']}")
        genuine = self.simulator.tenant
        self.addCleanup(self.simulator.control, "POST", f"/tenants/{genuine['id']}/reset", {})
        for tenant in [genuine, fabrikam]:
            with self.subTest(tenant=tenant["name"]):
                visitor = Visitor(self.simulator.ca)
                self.addCleanup(visitor.close)
                user = persona(tenant, "user")
                client = self.public(authority=f"{self.simulator.url}/organizations")
                flow = client.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT)
                seen = visitor.open(flow["auth_uri"]).answer("username", login=user["upn"])
                seen = seen.answer("password", passwd=user["password"])
                seen = seen.answer("accept")
                result = client.acquire_token_by_auth_code_flow(flow, seen.given)
                self.assertEqual(claims_of(self.granted(result))["tid"], tenant["id"])
                (account,) = client.get_accounts()
                silent = client.acquire_token_silent(["User.Read"], account, force_refresh=True)
                self.assertEqual(claims_of(self.granted(silent))["tid"], tenant["id"])


class Validators(SignIn):
    """PyJWT accepts what the simulator signed, and nothing else."""

    def validate(self, token, audience, **options):
        """By discovery and keys, as an API does it."""
        session = self.visitor.session
        document = session.get(f"{self.authority()}/v2.0/.well-known/openid-configuration", timeout=PATIENCE).json()
        keys = session.get(document["jwks_uri"], timeout=PATIENCE).json()
        kid = jwt.get_unverified_header(token)["kid"]
        key = next((jwt.PyJWK(key, "RS256") for key in keys["keys"] if key["kid"] == kid), None)
        if key is None:
            raise jwt.InvalidKeyError(f"no key {kid}")
        options = {"issuer": document["issuer"]} | options
        return jwt.decode(token, key, ["RS256"], audience=audience, leeway=60, **options)

    def test_tokens_are_valid_by_discovery_and_forged_ones_are_not(self):
        """ID and access tokens by the published keys; altered, unsigned and foreign ones are refused; keys rotate"""
        # A validator goes by the clock of its machine, and so shall the tokens.
        self.command([{"setTokenStamps": {"stamps": "wall"}}, {"consent": {"app": "delegated"}}])
        app = self.public()
        result = self.interactive(app, [DEFAULT])
        access = self.granted(result)
        client = app_of(self.tenant, "delegated")["clientId"]
        (entry,) = app.token_cache.search(msal.TokenCache.CredentialType.ID_TOKEN)
        identity = entry["secret"]
        self.assertEqual(self.validate(identity, client)["preferred_username"], self.user["upn"])
        document = f"{self.authority()}/.well-known/openid-configuration"
        issuer = self.visitor.session.get(document, timeout=PATIENCE).json()["issuer"]
        self.assertEqual(self.validate(access, CLOUD_APPS, issuer=issuer)["upn"], self.user["upn"])
        head, body, signature = access.split(".")
        lie = claims_of(access) | {"scp": "everything"}
        lie = base64.urlsafe_b64encode(json.dumps(lie).encode()).rstrip(b"=").decode()
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        before = jwt.get_unverified_header(access)["kid"]
        foreign = jwt.encode(claims_of(access), key, "RS256", headers={"kid": before})
        unsigned = jwt.encode(claims_of(access), None, "none", headers={"kid": before})
        for forged in [f"{head}.{lie}.{signature}", foreign, unsigned, f"{head}.{body}."]:
            with self.assertRaises(jwt.PyJWTError):
                self.validate(forged, CLOUD_APPS, issuer=issuer)
            self.assertEqual(self.user_info(forged).status_code, 401)
        self.command({"rotateKeys": {}})
        (account,) = app.get_accounts()
        renewed = self.granted(app.acquire_token_silent([DEFAULT], account, force_refresh=True))
        self.assertNotEqual(jwt.get_unverified_header(renewed)["kid"], before)
        self.validate(renewed, CLOUD_APPS, issuer=issuer)
        self.validate(access, CLOUD_APPS, issuer=issuer)
