"""What somebody with bad intentions tries at the sign-in: to be sent the code of others, or to be taken for them."""

import base64
import hashlib
import secrets
import threading
from urllib.parse import quote, urlsplit

import requests

from support import PATIENCE, SimulatorCase, app_of
from visitor import Seen, Visitor

REDIRECT = "http://localhost:5000"
SCRIPT = "\"'><script>alert(1)</script>"

# Where a code must not be sent, if `http://localhost` and `https://localhost/myapp` are registered.
FOREIGN = [
    "https://evil.example",
    "https://evil.example/myapp",
    "//evil.example",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://localhost:80@evil.example/",
    "http://evil.example#http://localhost",
    "http://evil.example?http://localhost",
    "http://localhost/other",
    "http://localhost/..//evil.example",
    "http://localhost%2eevil.example",
    "http://localhost\\@evil.example",
    "http://localhost\t.evil.example",
    "http://localhost\r\nLocation: https://evil.example",
    "http://localhost#",
    "HTTP://LOCALHOST",
    "http:localhost",
    "https://localhost",
    "https://localhost/myapp/../evil",
    "https://localhost/myapp/",
    "https://localhost/myapp?next=https://evil.example",
    "https://localhost:444/myapp",
    "javascript:alert(1)",
    "data:text/html,x",
    " http://localhost",
    "http://[::1]",
]

# States that come back as they went.
STATES = ["plain", "a b+c%2B%20", "x=1&y=2#z?", "é☃ 𝔘", "\"'><;,\\|{}^`", "../../%00", "x" * 4_000]
STATES += ["\r\nSet-Cookie: a=b"]


class Security(SimulatorCase):
    """A tenant of its own for each test."""

    arguments = ("--freeze", "--size", "tiny")

    def setUp(self):
        self.steer()
        self.tenant = self.fork()
        self.app = app_of(self.tenant, "delegated")
        self.command({"consent": {"app": "delegated"}})
        self.visitor = self.arrival()

    def fork(self):
        """One more tenant."""
        return self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/fork", {})

    def arrival(self):
        """Somebody with a fresh browser."""
        visitor = Visitor(self.simulator.ca)
        self.addCleanup(visitor.close)
        return visitor

    def command(self, command):
        """Gives a command."""
        return self.simulator.control("POST", f"/tenants/{self.tenant['id']}/commands", command)

    def persona(self, name):
        """The user of that persona."""
        return next(user for user in self.tenant["users"] if user["persona"] == name)

    def at(self, path, tenant=None):
        """An address of the authority."""
        return f"{self.simulator.url}/{(tenant or self.tenant)['id']}/{path}"

    def request(self, **changed):
        """Parameters of an ordinary authorize request, with these changes."""
        usual = {"client_id": self.app["clientId"], "response_type": "code", "redirect_uri": REDIRECT}
        usual |= {"scope": "openid User.Read offline_access", "state": "mine"} | changed
        return {name: value for name, value in usual.items() if value is not None}

    def ask(self, visitor=None, **changed):
        """Opens the sign-in page."""
        return (visitor or self.visitor).open(self.at("oauth2/v2.0/authorize"), **self.request(**changed))

    def code(self, **changed):
        """A code for the user, who signs in anew."""
        return self.ask(self.arrival(), **changed).sign_in(self.persona("user")).given["code"]

    def redeem(self, code, tenant=None, origin=None, **changed):
        """The answer of the token endpoint."""
        form = {"grant_type": "authorization_code", "client_id": self.app["clientId"], "code": code}
        form |= {"redirect_uri": REDIRECT} | changed
        headers = {"Origin": origin} if origin else {}
        answer = self.visitor.session.post(
            self.at("oauth2/v2.0/token", tenant), form, headers=headers, timeout=PATIENCE
        )
        return answer.json()

    def session(self):
        """The cookies by which the visitor is known."""
        return [cookie for cookie in self.visitor.session.cookies if cookie.name.startswith("ESTSAUTH")]

    def refused(self, answer, *codes):
        """The answer is one of these refusals."""
        self.assertNotIn("access_token", answer)
        self.assertIn(answer["error_codes"][0], codes, answer)

    def harmless(self, seen):
        """The page runs nothing of what it was sent, and nobody can frame it."""
        headers = seen.response.headers
        if seen.landed:
            self.assertNotRegex(seen.landed, r"[\s<>\"\\]")
            return
        self.assertNotIn("<script>alert", seen.response.text)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", headers["Content-Security-Policy"])
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("no-store", headers["Cache-Control"])


class Redirects(Security):
    """Nobody is sent where the application did not register."""

    def test_an_unregistered_redirect_uri_is_a_page(self):
        """Every redirect URI but a registered one ends on a page with 50011, at each endpoint, signed in or not"""
        user, full = self.arrival(), app_of(self.tenant, "full")["clientId"]
        self.ask(user).sign_in(self.persona("user"))
        for uri in FOREIGN:
            for endpoint in ["oauth2/v2.0/authorize", "oauth2/authorize", "v2.0/adminconsent", "adminconsent"]:
                for visitor in [self.visitor, user]:
                    with self.subTest(uri=uri, endpoint=endpoint):
                        seen = visitor.open(
                            self.at(endpoint), **self.request(client_id=full, redirect_uri=uri)
                        )
                        self.assertIsNone(seen.landed)
                        self.assertEqual(seen.response.status_code, 400)
                        self.assertIn("50011", seen.text)
                        self.harmless(seen)

    def test_a_program_listens_on_any_port(self):
        """For http on the own machine the port does not matter, and nothing else is left open"""
        for uri in ["http://localhost", "http://localhost:1", "http://localhost:65535"]:
            given = self.ask(self.arrival(), redirect_uri=uri).sign_in(self.persona("user"))
            self.assertEqual(urlsplit(given.landed)[:2], urlsplit(uri)[:2])

    def test_signing_out_leads_to_registered_addresses_only(self):
        """post_logout_redirect_uri, with every way to name a client: followed if registered there, else not shown"""
        lie = base64.urlsafe_b64encode(b'{"aud": "%s"}' % self.app["clientId"].encode()).decode().rstrip("=")
        named = [{}, {"client_id": self.app["clientId"]}, {"id_token_hint": f"e30.{lie}.x"}]
        named += [{"client_id": "https://evil.example"}, {"id_token_hint": "x"}, {"logout_hint": SCRIPT}]
        for signed_in in [False, True]:
            for uri in FOREIGN + ["https://evil.example/?" + REDIRECT]:
                if uri == "https://localhost/myapp":
                    continue
                for names in named:
                    with self.subTest(uri=uri, names=names, signed_in=signed_in):
                        if signed_in and not self.session():
                            self.ask().sign_in(self.persona("user"))
                        seen = self.visitor.open(
                            self.at("oauth2/v2.0/logout"), post_logout_redirect_uri=uri, state=SCRIPT, **names
                        )
                        self.assertIsNone(seen.landed)
                        self.assertNotIn("evil.example", seen.response.text)
                        self.harmless(seen)
        self.ask().sign_in(self.persona("user"))
        seen = self.visitor.open(
            self.at("oauth2/v2.0/logout"), post_logout_redirect_uri=REDIRECT, state="a b&c"
        )
        shown = seen.landed or seen.response.text.replace("&amp;", "&").replace("&#38;", "&")
        self.assertIn(f"{REDIRECT}/?state=a%20b%26c", shown)
        self.assertFalse(self.session())


class States(Security):
    """What belongs to one request stays with it."""

    def test_a_state_comes_back_as_it_went(self):
        """Byte for byte, in every response mode, in answers and refusals, at consent of administrators too"""
        user = self.arrival()
        self.ask(user).sign_in(self.persona("user"))
        for state in STATES:
            with self.subTest(state=state[:20]):
                for mode in ["query", "fragment", "form_post"]:
                    self.assertEqual(self.ask(user, state=state, response_mode=mode).given["state"], state)
                    refused = self.ask(self.visitor, state=state, response_mode=mode, prompt="none")
                    self.assertEqual(refused.given["error"], "login_required")
                    self.assertEqual(refused.given["state"], state)
                    self.harmless(refused)
                seen = self.arrival().open(self.at("v2.0/adminconsent"), **self.request(state=state))
                seen = seen.sign_in(self.persona("global-admin"))
                self.assertEqual(seen.answer("cancel").given["state"], state)
        self.assertNotIn("state", self.ask(user, state=None).given)

    def test_a_foreign_state_is_not_taken_over(self):
        """Whatever is posted beside a flowToken, the answer is that of the request which began the flow"""
        others = self.request(state="theirs", redirect_uri="https://evil.example", nonce="theirs")
        others |= {"response_mode": "form_post", "scope": "openid", "code_challenge": "x" * 43, "prompt": "none"}
        seen = self.ask().sign_in(self.persona("user"), **others)
        self.assertTrue(seen.landed.startswith(REDIRECT))
        self.assertEqual(seen.given["state"], "mine")
        self.assertEqual(self.redeem(seen.given["code"])["token_type"], "Bearer")
        seen = self.ask(self.arrival())
        seen.form.action += "?" + "&".join(f"{name}={quote(value)}" for name, value in others.items())
        self.assertEqual(seen.sign_in(self.persona("user")).given["state"], "mine")

    def test_a_request_for_nothing_is_refused(self):
        """A blank response type asks nobody to sign in"""
        self.assertEqual(self.ask(response_type=" ").given["error"], "unsupported_response_type")

    def test_two_flows_of_one_browser_do_not_mix(self):
        """Begun one after the other and ended in the other order, each gets its own state, nonce and user"""
        asked = {"prompt": "login", "scope": "openid profile"}
        first = self.ask(state="first", nonce="one", **asked)
        second = self.ask(state="second", nonce="two", **asked)
        second = second.sign_in(self.persona("security-reader"))
        first = first.sign_in(self.persona("user"))
        ends = [(first, "first", "one", "user"), (second, "second", "two", "security-reader")]
        for seen, state, nonce, name in ends:
            self.assertEqual(seen.given["state"], state)
            body = self.redeem(seen.given["code"])["id_token"].split(".")[1]
            claims = base64.urlsafe_b64decode(body + "==").decode()
            self.assertIn(f'"nonce":"{nonce}"', claims)
            self.assertIn(self.persona(name)["upn"], claims)

    def test_a_flow_token_can_not_be_made(self):
        """Altered, of another tenant, of another kind, or too old: a page, and nobody is signed in"""
        seen = self.ask()
        token = seen.form.fields["flowToken"]
        middle = len(token) // 2
        altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
        other = self.fork()
        elsewhere = self.ask(self.arrival())
        elsewhere.form.action = elsewhere.form.action.replace(self.tenant["id"], other["id"])
        for made in ["", "x", altered, token[:-2], self.code(), SCRIPT]:
            with self.subTest(made=made[:12]):
                seen.form.fields["flowToken"] = made
                answer = seen.sign_in(self.persona("user"))
                self.assertEqual((answer.landed, answer.response.status_code), (None, 400))
                self.harmless(answer)
        answer = elsewhere.sign_in(self.persona("user"))
        self.assertEqual((answer.landed, answer.response.status_code), (None, 400))
        self.refused(self.redeem(token), 9002313)
        late = self.ask()
        path = f"/tenants/{self.tenant['id']}/clock/advance"
        self.simulator.control("POST", path, {"by": "PT61M"})
        self.assertIn("50089", late.sign_in(self.persona("user")).text)

    def test_a_session_can_not_be_made(self):
        """A cookie that was altered, or is of another tenant, signs nobody in"""
        self.ask().sign_in(self.persona("user"))
        (cookie,) = [one for one in self.visitor.session.cookies if one.name.startswith("ESTSAUTH")]
        self.assertTrue(cookie.secure and cookie.has_nonstandard_attr("HttpOnly"))
        self.assertIn("code", self.ask(prompt="none").given)
        middle = len(cookie.value) // 2
        for value in [cookie.value[:middle] + "-" + cookie.value[middle + 1 :], "x", self.code()]:
            thief = self.arrival()
            thief.session.headers["Cookie"] = f"{cookie.name}={value}"
            self.assertEqual(self.ask(thief, prompt="none").given["error"], "login_required")
        owner = self.arrival()
        owner.session.headers["Cookie"] = f"{cookie.name}={cookie.value}"
        self.assertIn("code", self.ask(owner, prompt="none").given)


    def test_a_session_stays_as_small_as_browsers_want_it(self):
        """With many accounts at many applications the cookie is one that browsers keep, for those used last"""
        clients = []
        for number in range(12):
            app = {"name": f"app-{number}", "public": True, "redirectUris": [REDIRECT], "consented": True}
            self.command({"addApplication": app})
            self.command({"consent": {"app": f"app-{number}", "scopes": ["User.Read"]}})
            tenant = self.simulator.control("GET", f"/tenants/{self.tenant['id']}")
            clients.append(app_of(tenant, f"app-{number}")["clientId"])
        people = [one for one in self.tenant["users"] if one["persona"] != "disabled"]
        for client in clients:
            for one in people:
                asked = {"client_id": client, "scope": "User.Read"}
                seen = self.ask(prompt="login", **asked).sign_in(one)
                self.assertIn("code", seen.given)
                (cookie,) = self.session()
                self.assertLessEqual(len(cookie.name) + len(cookie.value), 4_096)
        self.assertIn("code", self.ask(prompt="none", login_hint=people[-1]["upn"]).given)


class Codes(Security):
    """A code is good once, for whom it was made."""

    def test_one_code_at_once_is_redeemed_once(self):
        """Eight clients present one code at the same moment: one gets tokens, seven get 54005"""
        for _ in range(5):
            code, answers, together = self.code(), [], threading.Barrier(8)

            def present():
                with requests.Session() as session:
                    session.verify, session.trust_env = str(self.simulator.ca), False
                    session.get(self.at("v2.0/.well-known/openid-configuration"), timeout=PATIENCE)
                    form = {"grant_type": "authorization_code", "client_id": self.app["clientId"]}
                    form |= {"code": code, "redirect_uri": REDIRECT}
                    together.wait(PATIENCE)
                    url = self.at("oauth2/v2.0/token")
                    answers.append(session.post(url, form, timeout=PATIENCE).json())

            crowd = [threading.Thread(target=present) for _ in range(8)]
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()
            self.assertEqual(sum("access_token" in answer for answer in answers), 1, answers)
            self.assertEqual(sum(answer.get("error_codes") == [54005] for answer in answers), 7, answers)

    def test_a_code_is_for_its_client_its_tenant_and_its_redirect_uri(self):
        """At another client, tenant or redirect URI a code is refused, and still good for its own"""
        code, full = self.code(), app_of(self.tenant, "full")
        self.refused(self.redeem(code, client_id=full["clientId"], client_secret=full["secret"]), 70000)
        self.refused(self.redeem(code, tenant=self.fork()), 700005)
        self.refused(self.redeem(code, redirect_uri="http://localhost:5001"), 500112)
        self.refused(self.redeem(code, redirect_uri=f"{REDIRECT}/"), 500112)
        self.refused(self.redeem(code, redirect_uri=""), 900144, 90014)
        self.refused(self.redeem(code[:-4] + "AAAA"), 9002313)
        self.assertIn("access_token", self.redeem(code))
        self.refused(self.redeem(code), 54005)

    def test_a_challenge_must_be_met(self):
        """PKCE: no verifier, a wrong one, the challenge itself are refused; a code of a page needs a challenge"""
        verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        code = self.code(code_challenge=challenge, code_challenge_method="S256")
        self.assertIn("error", self.redeem(code))
        for wrong in ["", challenge, "x" * 43, verifier + "x", verifier[:-1], challenge + "="]:
            with self.subTest(wrong=wrong):
                self.assertIn("error", self.redeem(code, code_verifier=wrong))
        self.refused(self.redeem(code, code_verifier=challenge, code_challenge_method="plain"), 501481)
        self.assertIn("access_token", self.redeem(code, code_verifier=verifier))
        plain = self.code(code_challenge=verifier, code_challenge_method="plain")
        self.refused(self.redeem(plain, code_verifier="x" * 43), 501481)
        self.assertIn("access_token", self.redeem(plain, code_verifier=verifier))
        for bad in [{"code_challenge_method": "S512"}, {"code_challenge_method": "s256"}, {"code_challenge": "short"}]:
            with self.subTest(bad=bad):
                asked = {"code_challenge": challenge, "code_challenge_method": "S256"} | bad
                self.assertIn("error", self.ask(self.arrival(), **asked).given)
        page = {"redirect_uri": "http://localhost:5000/spa"}
        self.assertIn("error", self.ask(self.arrival(), **page).given)

    def test_pages_and_programs_are_kept_apart(self):
        """A page's code needs an Origin, a program's must have none, and no secret is taken from a page"""
        verifier = secrets.token_urlsafe(32)
        page = {"redirect_uri": "http://localhost:5000/spa"}
        code = self.code(code_challenge=verifier, code_challenge_method="plain", **page)
        self.refused(self.redeem(code, code_verifier=verifier, **page), 9002327)
        answer = self.redeem(code, code_verifier=verifier, origin="http://localhost:5000", **page)
        self.assertIn("access_token", answer)
        self.refused(self.redeem(self.code(), origin="http://localhost:5000"), 9002326)
        full = app_of(self.tenant, "full")
        form = {"grant_type": "client_credentials", "client_secret": full["secret"]}
        form |= {"client_id": full["clientId"], "scope": "https://graph.microsoft.com/.default"}
        self.refused(self.redeem("", origin="https://evil.example", **form), 9002326)

    def test_the_second_factor_can_not_be_passed_over(self):
        """After the password alone, no other button of a later page gives consent, a code or a second factor"""
        self.command([{"setUser": {"user": name, "mfa": "required"}} for name in ["user", "global-admin"]])
        self.command({"revokeConsent": {"app": "delegated"}})
        for step in ["accept", "enrol", "request", "password"]:
            with self.subTest(step=step):
                seen = self.ask(self.arrival()).sign_in(self.persona("user"))
                self.assertIn("otc", seen.form.fields)
                self.assertIn("otc", seen.answer(step, passwd=self.persona("user")["password"]).form.fields)
                seen = self.arrival().open(self.at("v2.0/adminconsent"), **self.request(scope=None))
                seen = seen.sign_in(self.persona("global-admin"))
                again = seen.answer(step, passwd=self.persona("global-admin")["password"])
                self.assertIn("otc", again.form.fields)
        journal = self.simulator.control("GET", f"/tenants/{self.tenant['id']}/commands")
        self.assertNotIn("enrol", str(journal))
        seen = self.ask(self.arrival()).sign_in(self.persona("user")).answer("mfa", otc="123456")
        self.assertIn("Permissions requested", seen.title)


class Scripts(Security):
    """Nothing that is sent runs on a page."""

    def test_no_parameter_becomes_part_of_a_page(self):
        """A script in every parameter of every page is refused or escaped"""
        names = ["client_id", "redirect_uri", "response_type", "response_mode", "scope", "resource", "state", "nonce"]
        names += ["code_challenge", "code_challenge_method", "prompt", "login_hint", "domain_hint", "claims", "mkt"]
        names += ["client-request-id", "x-client-SKU"]
        for name in names:
            for endpoint in ["oauth2/v2.0/authorize", "oauth2/authorize", "v2.0/adminconsent", "adminconsent"]:
                for mode in ["query", "fragment", "form_post"]:
                    with self.subTest(name=name, endpoint=endpoint, mode=mode):
                        asked = self.request(response_mode=mode, prompt="none") | {name: SCRIPT}
                        self.harmless(self.visitor.open(self.at(endpoint), **asked))
                        asked = self.request(response_mode=mode) | {name: SCRIPT}
                        seen = self.visitor.open(self.at(endpoint), **asked)
                        self.harmless(seen)
        script = quote(SCRIPT, safe="")
        for path in [f"error?code={script}", f"device?otc={script}", f"{script}/oauth2/authorize"]:
            self.harmless(self.visitor.open(f"{self.simulator.url}/{path}"))
        self.harmless(self.visitor.post(f"{self.simulator.url}/device", {"code": SCRIPT}))

    def test_no_answer_becomes_part_of_a_page(self):
        """A script in every field of every page is refused or escaped, and so are line breaks"""
        for value in [SCRIPT, "x\r\nSet-Cookie: a=b", "\x00", "x" * 20_000]:
            for name in ["login", "passwd", "step", "account", "otc", "kmsi", "justification", "consentOrganization"]:
                with self.subTest(name=name, value=value[:10]):
                    fields = {"login": "nobody@contoso.example", "step": "password"} | {name: value}
                    seen = self.ask(self.arrival())
                    self.harmless(seen.visitor.post(seen.form.action, seen.form.fields | fields))

    def test_names_of_applications_are_escaped(self):
        """An application whose name is a script is shown by that name"""
        app = {"name": "evil", "displayName": SCRIPT, "public": True, "redirectUris": [REDIRECT]}
        self.command({"addApplication": app})
        tenant = self.simulator.control("GET", f"/tenants/{self.tenant['id']}")
        client = app_of(tenant, "evil")["clientId"]
        seen = self.ask(client_id=client, scope="User.Read").sign_in(self.persona("user"))
        self.assertIn(SCRIPT, seen.text)
        self.harmless(seen)
        self.harmless(self.ask(client_id=client, redirect_uri="https://evil.example"))

    def test_a_posted_request_breaks_no_header(self):
        """Line breaks in a posted authorize request do not reach the answer's headers on the way to another tenant"""
        fabrikam = self.simulator.control("POST", "/tenants", {"name": "Fabrikam", "seed": 2, "size": "tiny"})
        self.addCleanup(self.simulator.control, "DELETE", f"/tenants/{fabrikam['id']}")
        body = "&".join(f"{name}={quote(value)}" for name, value in self.request().items())
        url = f"{self.simulator.url}/common/oauth2/v2.0/authorize"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        for raw in ["\r\nSet-Cookie: a=b", "<script>", "#fragment", "é", "&x=\\"]:
            with self.subTest(raw=raw):
                answer = self.visitor.session.post(
                    url, (body + "&x=" + raw).encode(), headers=headers, timeout=PATIENCE
                )
                seen = Seen(self.visitor, answer).answer("username", login=f"nobody@{fabrikam['domain']}")
                self.assertEqual(seen.response.status_code, 200, seen)
                self.assertNotIn("a", self.visitor.session.cookies)
                self.harmless(seen)
