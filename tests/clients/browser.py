"""A person at a real browser: Chromium signs in, consents, declines, and is stopped by what stops browsers.

A small application on this machine begins each sign-in and takes the answer, as those of customers do. With
MOCK_DEFENDER_SCREENSHOTS=DIR a picture of each page is kept.
"""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from chromium import PROGRAM, Chromium
from support import PATIENCE, SimulatorCase, app_of
from visitor import MFA_CODE, Visitor

# The page at which answers land. What was opened by a script of the application tells it.
LANDING = """<!DOCTYPE html><title>Application</title><p>You are back.</p><script>
const teller = window.opener || (window.parent !== window ? window.parent : null);
if (teller) teller.postMessage(location.search + location.hash, location.origin);
</script>"""

# A wizard that opens the sign-in in a pop-up at a click, or of its own accord, and watches it; or in a hidden frame.
WIZARD = """<!DOCTYPE html><title>Wizard</title><button id="connect">Connect</button><pre id="told"></pre><script>
const address = new URLSearchParams(location.search).get("address");
const told = [];
const tell = what => { told.push(what); document.getElementById("told").textContent = told.join("\\n"); };
addEventListener("message", event => { if (event.origin === location.origin) tell("answer " + event.data); });
let popup = null;
const connect = () => {
  popup = window.open(address, "sign-in", "width=500,height=600");
  tell(popup ? "opened" : "blocked");
  const watch = setInterval(() => { if (popup && popup.closed) { tell("closed"); clearInterval(watch); } }, 50);
};
const frame = () => {
  const hidden = document.createElement("iframe");
  hidden.hidden = true;
  hidden.src = address;
  hidden.onload = () => tell("loaded");
  document.body.append(hidden);
};
document.getElementById("connect").onclick = connect;
</script>"""

ENTER = 13


class Application(ThreadingHTTPServer):
    """An application of a customer: it has pages, and takes answers."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("localhost", 0), Pages)
        self.posted = []
        # Pages by their path; any other is where answers land.
        self.pages = {"/wizard": WIZARD}
        self.url = f"http://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        """Ends it."""
        self.shutdown()
        self.server_close()


class Pages(BaseHTTPRequestHandler):
    """Its pages."""

    def do_GET(self):
        """A page of its own, or where answers land."""
        self._send(self.server.pages.get(urlsplit(self.path).path, LANDING))

    def do_POST(self):
        """An answer as a form."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append((self.headers["Content-Type"], dict(parse_qsl(body))))
        self._send(LANDING)

    def _send(self, page):
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        """Says nothing."""


@unittest.skipUnless(PROGRAM, "there is no chromium")
class Browser(SimulatorCase):
    """One browser for all; each test has a tenant and cookies of its own."""

    arguments = ("--freeze", "--size", "tiny")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chromium = Chromium(cls.simulator.port)
        cls.addClassCleanup(cls.chromium.stop)
        cls.application = Application()
        cls.addClassCleanup(cls.application.stop)

    def setUp(self):
        path = f"/tenants/{self.simulator.tenant['id']}/fork"
        self.tenant = self.simulator.control("POST", path, {})
        self.user = self.persona("user")
        self.tab = self.chromium.tab()
        # The pages as they are by themselves; how the panel beside them looks is seen where the portals are.
        self.tab.call("Network.setCookie", name="mock-presenter", value="off", url=self.simulator.url)
        self.application.posted.clear()

    def persona(self, name):
        """The user of that persona."""
        return next(user for user in self.tenant["users"] if user["persona"] == name)

    def command(self, command):
        """Gives a command."""
        self.simulator.control("POST", f"/tenants/{self.tenant['id']}/commands", command)

    def address(self, endpoint="oauth2/v2.0/authorize", app="delegated", **changed):
        """Where a sign-in begins."""
        usual = {"client_id": app_of(self.tenant, app)["clientId"], "response_type": "code"}
        usual |= {"redirect_uri": self.application.url, "scope": "openid profile User.Read", "state": "a b&c"}
        query = urlencode(usual | changed)
        return f"{self.simulator.url}/{self.tenant['id']}/{endpoint}?{query}"

    def sign_in(self, tab=None, user=None, picture=None):
        """Name, then password."""
        tab, user = tab or self.tab, user or self.user
        tab.sees("Sign in", picture and f"{picture}-1-name")
        tab.fill("input[name=login]", user["upn"])
        tab.click("button[value=username]")
        tab.sees("Enter password", picture and f"{picture}-2-password")
        tab.fill("input[name=passwd]", user["password"])
        tab.click("button[value=password]")

    def opened(self, before):
        """The window that was opened since."""
        return self.chromium.opened(before)

    def back(self, tab=None):
        """What the application was told, once the browser is back there."""
        here = f"location.href.startsWith({json.dumps(self.application.url)})"
        address = (tab or self.tab).until(f"{here} && location.href")
        parts = urlsplit(address)
        return dict(parse_qsl(parts.fragment or parts.query))

    def redeem(self, given):
        """The code is good."""
        visitor = Visitor(self.simulator.ca)
        self.addCleanup(visitor.close)
        form = {"grant_type": "authorization_code", "client_id": app_of(self.tenant, "delegated")["clientId"]}
        form |= {"code": given["code"], "redirect_uri": self.application.url}
        url = f"{self.simulator.url}/{self.tenant['id']}/oauth2/v2.0/token"
        self.assertIn("access_token", visitor.session.post(url, form, timeout=PATIENCE).json())


class PageByPage(Browser):
    """Page by page."""

    def test_a_user_signs_in_and_consents(self):
        """Name, a wrong password, the password, consent; then at once, since both are remembered"""
        self.tab.go(self.address())
        self.tab.sees("Sign in")
        self.tab.fill("input[name=login]", self.user["upn"])
        self.tab.click("button[value=username]")
        self.tab.sees("Enter password")
        self.tab.fill("input[name=passwd]", "wrong")
        self.tab.click("button[value=password]")
        self.tab.sees("Your account or password is incorrect", "sign-in-wrong-password")
        self.tab.fill("input[name=passwd]", self.user["password"])
        self.tab.click("button[value=password]")
        self.tab.sees("Permissions requested", "consent")
        self.tab.click("button[value=accept]")
        given = self.back()
        self.assertEqual(given["state"], "a b&c")
        self.redeem(given)
        self.tab.go(self.address(state="again"))
        self.assertEqual(self.back()["state"], "again")

    def test_the_keyboard_is_enough(self):
        """Every page has its first field focused and sends its first button with Enter"""
        self.command({"setUser": {"user": "user", "mfa": "required"}})
        self.tab.go(self.address())
        answers = {"login": self.user["upn"], "passwd": self.user["password"], "otc": MFA_CODE}
        for field, text in answers.items():
            self.tab.until(f"document.hasFocus() && document.activeElement.name == '{field}'")
            self.tab.type(text)
            self.tab.press("Enter", ENTER)
        self.tab.sees("Permissions requested")
        self.tab.until("document.querySelector('button[value=accept]').tabIndex == 0")
        for _ in range(10):
            self.tab.press("Tab", 9)
            if self.tab.value("document.activeElement.value") == "accept":
                break
        self.tab.press("Enter", ENTER)
        self.assertIn("code", self.back())

    def test_a_user_declines(self):
        """Cancel leads back with access_denied"""
        self.tab.go(self.address())
        self.sign_in(picture="decline")
        self.tab.sees("Permissions requested")
        self.tab.click("button[value=cancel]")
        given = self.back()
        self.assertEqual((given["error"], given["error_subcode"]), ("access_denied", "cancel"))
        self.assertIn("AADSTS65004", given["error_description"])

    def test_a_second_factor_is_given(self):
        """MFA: a wrong code, then the right one; who has none registers one"""
        self.command([{"consent": {"app": "delegated"}}, {"setUser": {"user": "user", "mfa": "unregistered"}}])
        self.tab.go(self.address())
        self.sign_in()
        self.tab.sees("More information required", "mfa-register")
        self.tab.click("button[value=enrol]")
        self.assertIn("code", self.back())
        other = self.chromium.tab()
        other.go(self.address())
        self.sign_in(other)
        other.sees("Enter code", "mfa")
        other.fill("input[name=otc]", "111111")
        other.click("button[value=mfa]")
        other.sees("AADSTS500121", "mfa-wrong")
        other.fill("input[name=otc]", MFA_CODE)
        other.click("button[value=mfa]")
        self.assertIn("code", self.back(other))

    def test_an_account_is_picked(self):
        """With two accounts signed in the page shows both, and the one that is clicked signs in; or another"""
        self.command({"consent": {"app": "delegated"}})
        for name in ["user", "security-reader"]:
            self.tab.go(self.address(prompt="login"))
            self.sign_in(user=self.persona(name))
            self.back()
        self.tab.go(self.address(response_mode="fragment"))
        self.tab.sees("Pick an account", "picker")
        self.tab.sees(self.persona("security-reader")["upn"])
        self.tab.until("[...document.querySelectorAll('button[name=account]')].length == 3")
        self.tab.value(
            "[...document.querySelectorAll('button')].find(one => one.innerText.includes"
            f"({json.dumps(self.user['upn'])})).id = 'mine'"
        )
        self.tab.click("#mine")
        self.redeem(self.back())
        self.tab.go(self.address(prompt="select_account"))
        self.tab.sees("Pick an account")
        self.tab.click("button[value=other]")
        self.sign_in(user=self.persona("global-admin"))
        self.assertIn("code", self.back())

    def test_what_can_not_go_back_is_a_page(self):
        """An unregistered redirect URI, and a tenant that is not there, are told by a page"""
        self.tab.go(self.address(redirect_uri="https://evil.example"))
        self.tab.sees("AADSTS50011", "error")
        self.assertTrue(self.tab.value("location.href").startswith(self.simulator.url))
        self.tab.go(self.address().replace(self.tenant["id"], "nowhere.example"))
        self.tab.sees("AADSTS90002", "error-tenant")
        self.tab.go(f"{self.simulator.url}/error?code=50011")
        self.tab.sees("50011", "error-lookup")

    def test_an_administrator_must_consent(self):
        """A user who may not is sent to an administrator, and may ask for it; the administrator consents for all"""
        self.command({"setPolicies": {"consentRequests": True}})
        self.tab.go(self.address(scope="SecurityAlert.Read.All"))
        self.sign_in()
        self.tab.sees("Approval required", "need-admin")
        self.tab.fill("[name=justification]", "To see alerts")
        self.tab.click("button[value=request]")
        self.tab.sees("Request sent", "request-sent")
        admin = self.chromium.tab()
        admin.go(self.address("v2.0/adminconsent", scope="https://graph.microsoft.com/.default"))
        self.sign_in(admin, self.persona("global-admin"))
        admin.sees("Permissions requested", "consent-admin")
        admin.click("button[value=accept]")
        self.assertEqual(self.back(admin)["admin_consent"], "True")
        self.tab.go(self.address(scope="SecurityAlert.Read.All"))
        self.assertIn("code", self.back())

    def test_a_device_code_is_entered(self):
        """The page for device codes: a wrong code, then the right one, sign-in, consent, and the last question"""
        visitor = Visitor(self.simulator.ca)
        self.addCleanup(visitor.close)
        client = app_of(self.tenant, "delegated")["clientId"]
        base = f"{self.simulator.url}/{self.tenant['id']}/oauth2/v2.0"
        form = {"client_id": client, "scope": "User.Read"}
        device = visitor.session.post(f"{base}/devicecode", form, timeout=PATIENCE).json()
        self.tab.go(device["verification_uri"])
        self.tab.sees("Enter code", "device-1-code")
        self.tab.fill("input[name=code]", "AAAAAAAAA")
        self.tab.click("button[value=code]")
        self.tab.sees("That code didn't work", "device-2-wrong")
        self.tab.value("document.querySelector('input[name=code]').value = ''")
        self.tab.fill("input[name=code]", device["user_code"].lower())
        self.tab.click("button[value=code]")
        self.sign_in()
        self.tab.sees("Permissions requested")
        self.tab.click("button[value=accept]")
        self.tab.sees("Are you trying to sign in to", "device-3-confirm")
        self.tab.click("button[value=accept]")
        self.tab.sees("You may now close this window", "device-4-done")
        form = {"grant_type": "device_code", "client_id": client, "device_code": device["device_code"]}
        self.assertIn("access_token", visitor.session.post(f"{base}/token", form, timeout=PATIENCE).json())

    def test_an_answer_is_posted_by_itself(self):
        """form_post lands on the application's server without another click"""
        self.command({"consent": {"app": "delegated"}})
        self.tab.go(self.address(response_mode="form_post"))
        self.sign_in()
        self.tab.sees("You are back.")
        ((kind, given),) = self.application.posted
        self.assertEqual((kind, given["state"]), ("application/x-www-form-urlencoded", "a b&c"))
        self.redeem(given)

    def test_the_genuine_names_are_played(self):
        """Through the proxy, a browser signs in at login.microsoftonline.com, and a device at login.microsoft.com"""
        proxied = Chromium(self.simulator.port, proxy=self.simulator.proxy)
        self.addCleanup(proxied.stop)
        self.tab, genuine = proxied.tab(), "https://login.microsoftonline.com"
        self.tab.go(self.address().replace(self.simulator.url, genuine))
        self.sign_in()
        self.tab.sees("Permissions requested")
        self.assertTrue(self.tab.value("location.href").startswith(genuine))
        self.tab.click("button[value=accept]")
        self.assertIn("code", self.back())
        visitor = Visitor(self.simulator.ca, proxies={"https": self.simulator.proxy})
        self.addCleanup(visitor.close)
        form = {"client_id": app_of(self.tenant, "delegated")["clientId"], "scope": "User.Read"}
        url = f"{genuine}/{self.tenant['id']}/oauth2/v2.0/devicecode"
        device = visitor.session.post(url, form, timeout=PATIENCE).json()
        self.assertEqual(device["verification_uri"], "https://login.microsoft.com/device")
        self.tab.go(device["verification_uri"])
        self.tab.fill("input[name=code]", device["user_code"])
        self.tab.click("button[value=code]")
        # The other name has cookies of its own.
        self.sign_in()
        self.tab.sees("Are you trying to sign in to")
        self.tab.click("button[value=accept]")
        self.tab.sees("You may now close this window")

    def test_signing_out_leads_back(self):
        """After signing out the browser goes back by itself, and the next sign-in asks for the password again"""
        self.command({"consent": {"app": "delegated"}})
        self.tab.go(self.address())
        self.sign_in()
        self.back()
        self.tab.go(self.address("oauth2/v2.0/logout", post_logout_redirect_uri=self.application.url, state="bye"))
        self.tab.sees("You are signed out", "signed-out")
        self.assertEqual(self.back(), {"state": "bye"})
        self.tab.go(self.address())
        self.tab.sees("Sign in")
        self.tab.until("document.querySelector('input[name=login]') != null")

    def test_a_stay_is_remembered(self):
        """Whoever stays signed in has a cookie that lasts; else it ends with the browser"""
        self.command({"consent": {"app": "delegated"}})
        for keep in [False, True]:
            tab = self.chromium.tab()
            tab.go(self.address())
            tab.fill("input[name=login]", self.user["upn"])
            tab.click("button[value=username]")
            tab.fill("input[name=passwd]", self.user["password"])
            if keep:
                tab.click("input[name=kmsi]")
            tab.click("button[value=password]")
            self.back(tab)
            cookies = tab.call("Network.getCookies", urls=[self.simulator.url])["cookies"]
            (cookie,) = [one for one in cookies if one["name"].startswith("ESTSAUTH")]
            self.assertEqual(cookie["session"], not keep)
            self.assertTrue(cookie["httpOnly"] and cookie["secure"])
            self.assertEqual(cookie["sameSite"], "None")


# The contrast (WCAG 2.2) of two colours as a browser computes them.
CONTRAST = """(one, other) => {
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0.05);
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}"""

# Least contrast of text, and of what stands beside it.
LEGIBLE, VISIBLE = 4.5, 3

WIDE, PHONE = (1920, 1200), (320, 640)


class Looks(Browser):
    """How the pages look, and what one click does."""

    def pages(self):
        """Goes from page to page, and names each."""
        self.tab.go(self.address())
        self.tab.sees("Sign in")
        yield "sign-in"
        self.tab.go(self.address(login_hint=self.user["upn"]))
        self.tab.sees("Enter password")
        yield "password"
        self.tab.click("button[name=persona]")
        self.tab.sees("Permissions requested")
        yield "consent"
        asked = {"app": "full", "redirect_uri": "https://localhost/myapp", "scope": ""}
        self.tab.go(self.address("v2.0/adminconsent", login_hint=self.persona("global-admin")["upn"], **asked))
        self.tab.click("button[value=global-admin]")
        self.tab.sees("Review for your organization")
        yield "consent-admin"
        self.tab.go(self.address(scope="SecurityAlert.Read.All", login_hint=self.user["upn"]))
        self.tab.sees("Need admin approval")
        yield "need-admin"
        self.tab.go(self.address(redirect_uri="https://evil.example"))
        self.tab.sees("AADSTS50011")
        yield "error"
        self.tab.go(f"{self.simulator.url}/device")
        self.tab.sees("Enter code")
        yield "device"

    def style(self, selector, name):
        """A style of what the selector finds."""
        return self.tab.value(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{name}")

    def contrast(self, one, other):
        """The contrast of two colours."""
        return self.tab.value(f"({CONTRAST})({json.dumps(one)}, {json.dumps(other)})")

    def test_one_click_signs_in(self):
        """A click on a test user is enough, without scripts; a disabled one and a second factor are as when typed"""
        self.tab.call("Emulation.setScriptExecutionDisabled", value=True)
        self.tab.go(self.address())
        names = self.tab.buttons()
        for user in self.tenant["users"]:
            (name,) = [name for name in names if user["upn"] in name]
            self.assertTrue(name.startswith(user["displayName"]), name)
            self.assertIn((user["roles"] or [""])[0], name)
        self.assertEqual(len(names), len(self.tenant["users"]) + 1)
        self.tab.click("button[value=user]")
        self.tab.sees("Permissions requested")
        self.assertIn(self.user["upn"], self.tab.shown())
        self.tab.click("button[value=accept]")
        self.redeem(self.back())
        self.tab.go(self.address(prompt="login"))
        self.tab.click("button[value=disabled]")
        self.tab.sees("AADSTS50057", "persona-disabled")
        self.command({"setUser": {"user": "security-reader", "mfa": "required"}})
        self.tab.go(self.address(prompt="login"))
        self.tab.click("button[value=security-reader]")
        self.tab.sees("Enter code")

    def test_test_users_are_reached_by_keyboard(self):
        """Behind the field and its button, each test user is one Tab further, and Enter signs in"""
        self.tab.go(self.address())
        self.tab.until("document.hasFocus() && document.activeElement.name == 'login'")
        reached = []
        for _ in range(len(self.tenant["users"]) + 1):
            self.tab.press("Tab", 9)
            reached.append(self.tab.value("document.activeElement.value"))
            self.assertNotEqual(self.style(":focus", "outlineStyle"), "none")
            if reached[-1] == "user":
                break
        listed = [user["persona"] for user in self.tenant["users"]]
        self.assertEqual(reached, ["username", *listed[: listed.index("user") + 1]])
        self.tab.press("Enter", ENTER)
        self.tab.sees("Permissions requested")

    def test_one_button_says_sign_in(self):
        """Whoever looks for the button "Sign in" by role and name finds no second one on any page"""
        for page in self.pages():
            with self.subTest(page=page):
                found = [name for name in self.tab.buttons() if "sign in" in name.lower()]
                expected = {"password": ["Sign in"], "need-admin": ["Sign in with an admin account"]}
                self.assertEqual(found, expected.get(page, []))

    def test_permissions_are_in_words(self):
        """Words first, under their API and what they allow; raw names second, smaller and in one width"""
        self.tab.go(self.address(scope="openid offline_access User.Read"))
        self.tab.click("button[value=user]")
        self.tab.sees("Permissions requested")
        heads = self.tab.value("[...document.querySelectorAll('h2 bdi, h3')].map(head => head.innerText)")
        self.assertEqual(heads, ["Microsoft Graph", "Sign-in", "Read", "Offline access"])
        lines = self.tab.value("[...document.querySelectorAll('summary')].map(line => line.innerText.split('\\n'))")
        self.assertIn(["Sign you in and read your profile", "User.Read"], lines)
        self.assertIn("monospace", self.style("summary code", "fontFamily"))
        sizes = [float(self.style(part, "fontSize").removesuffix("px")) for part in ["summary code", "summary"]]
        self.assertLess(*sizes)

    def test_a_company_has_its_box(self):
        """Initials in a colour of the company: legible in light and dark, and that of its forks"""
        seen = []
        for tenant in [self.tenant, self.simulator.tenant]:
            self.tab.go(self.address().replace(self.tenant["id"], tenant["id"]))
            for scheme in ["light", "dark"]:
                self.tab.looks(*WIDE, scheme)
                box = self.style(".monogram", "backgroundColor")
                self.assertGreaterEqual(self.contrast(box, self.style(".monogram", "color")), LEGIBLE)
                self.assertGreaterEqual(self.contrast(box, self.style("main", "backgroundColor")), VISIBLE)
                self.assertEqual(self.style("main", "borderTopColor"), box)
                seen.append((self.tab.value("document.querySelector('.monogram').innerText"), box))
        self.assertEqual(seen[:2], seen[2:])
        self.assertEqual([initials for initials, _ in seen[:2]], ["C", "C"])

    def test_pages_fit_their_window(self):
        """Centred on a wide window, nothing cut off on a narrow phone, legible in light and dark"""
        for page in self.pages():
            for (width, height), name in [(WIDE, "wide"), (PHONE, "phone")]:
                for scheme in ["light", "dark"]:
                    with self.subTest(page=page, window=name, scheme=scheme):
                        self.tab.looks(width, height, scheme)
                        self.tab.sees("simulated by mock-defender", f"{page}-{name}-{scheme}")
                        self.fits(width)
                        text, card = self.style("h1", "color"), self.style("main", "backgroundColor")
                        self.assertGreaterEqual(self.contrast(text, card), LEGIBLE)
                        dark = self.contrast(card, "rgb(0, 0, 0)") < self.contrast(card, "rgb(255, 255, 255)")
                        self.assertEqual(dark, scheme == "dark")

    def fits(self, width):
        """Nothing is wider than the window, and the card is in its middle."""
        root = "document.documentElement"
        self.assertLessEqual(self.tab.value(f"{root}.scrollWidth"), width)
        card = "document.querySelector('main').getBoundingClientRect()"
        x, y, right, bottom = self.tab.value(f"(({{x, y, right, bottom}}) => [x, y, right, bottom])({card})")
        shown, high = self.tab.value(f"[{root}.clientWidth, {root}.scrollHeight]")
        self.assertAlmostEqual(x, shown - right, delta=1)
        if width == WIDE[0]:
            self.assertLess(right - x, width / 2)
            head = self.tab.value("document.querySelector('header').getBoundingClientRect().bottom")
            self.assertAlmostEqual(y - head, high - bottom, delta=1)
        outside = "[...document.querySelectorAll('button, input, code, p')].filter(one => one.offsetWidth > 0)"
        outside += f".filter(one => one.getBoundingClientRect().right > {width}).length"
        self.assertEqual(self.tab.value(outside), 0)


class Windows(Browser):
    """Pop-ups and hidden frames, as connect wizards and page applications use them."""

    def wizard(self, **changed):
        """The wizard's page."""
        query = urlencode({"address": self.address(**changed)})
        self.tab.go(f"{self.application.url}/wizard?{query}")

    def told(self, text):
        """Waits until the wizard was told so."""
        told = "document.getElementById('told').textContent"
        self.tab.until(f"{told}.includes({json.dumps(text)})")
        return self.tab.value(told)

    def answer(self, told):
        """The parameters of the answer that the wizard was told."""
        line = next(line for line in told.splitlines() if line.startswith("answer "))
        return {name: values[0] for name, values in parse_qs(line.removeprefix("answer ").lstrip("?#")).items()}

    def test_a_pop_up_tells_its_opener(self):
        """(a) Opened by a click, the pop-up is allowed; consent in it is told to the wizard"""
        self.wizard()
        before = self.chromium.pages()
        self.tab.click("#connect")
        popup = self.opened(before)
        self.sign_in(popup)
        popup.sees("Permissions requested", "pop-up")
        popup.click("button[value=accept]")
        given = self.answer(self.told("answer "))
        self.redeem(given)
        self.assertEqual(given["state"], "a b&c")

    def test_a_pop_up_without_a_click_is_blocked(self):
        """(b) Opened by a script alone, the pop-up is blocked by the browser, and nothing is asked of the simulator"""
        self.wizard()
        before = self.chromium.pages()
        self.tab.value("connect()")
        self.told("blocked")
        self.tab.sees("blocked", "pop-up-blocked")
        self.assertEqual(set(self.chromium.pages()), set(before))
        log = self.simulator.control("GET", f"/tenants/{self.tenant['id']}/requests")
        self.assertFalse([one for one in log["requests"] if "authorize" in one["path"]])

    def test_an_isolated_pop_up_is_lost_to_its_opener(self):
        """(c) With openerIsolation the wizard believes its pop-up closed, and hears nothing, though sign-in succeeds"""
        self.command({"setPolicies": {"openerIsolation": True}})
        self.wizard()
        before = self.chromium.pages()
        self.tab.click("#connect")
        popup = self.opened(before)
        self.told("closed")
        self.sign_in(popup)
        popup.sees("Permissions requested")
        popup.click("button[value=accept]")
        self.redeem(self.back(popup))
        self.assertIsNone(popup.value("window.opener"))
        self.assertNotIn("answer", self.told("closed"))

    def test_a_hidden_frame_renews_silently(self):
        """prompt=none in a hidden frame: no session, a session, and a tenant whose browsers withhold cookies there"""
        self.command({"consent": {"app": "delegated"}})
        self.wizard(prompt="none")
        self.tab.value("frame()")
        given = self.answer(self.told("answer "))
        self.assertEqual(given["error"], "login_required")
        self.tab.go(self.address())
        self.sign_in()
        self.back()
        self.wizard(prompt="none")
        self.tab.value("frame()")
        self.redeem(self.answer(self.told("answer ")))
        self.command({"setPolicies": {"thirdPartyCookies": False}})
        self.wizard(prompt="none")
        self.tab.value("frame()")
        given = self.answer(self.told("answer "))
        self.assertEqual(given["error"], "login_required")
        self.assertIn("AADSTS50058", given["error_description"])
        self.tab.go(self.address(prompt="none"))
        self.assertIn("code", self.back(), "at the top the session counts")

    def test_a_strict_browser_has_no_session_in_frames(self):
        """prompt=none in a hidden frame finds no session where the browser itself withholds cookies"""
        strict = Chromium(self.simulator.port, cookies_in_frames=False)
        self.addCleanup(strict.stop)
        self.tab = strict.tab()
        self.command({"consent": {"app": "delegated"}})
        self.tab.go(self.address())
        self.sign_in()
        self.back()
        self.wizard(prompt="none")
        self.tab.value("frame()")
        self.assertEqual(self.answer(self.told("answer "))["error"], "login_required")

    def test_a_page_is_not_framed(self):
        """A sign-in page in a frame is refused by the browser"""
        self.wizard()
        self.tab.call("Log.enable")
        self.chromium.events.clear()
        self.tab.value("frame()")
        self.told("loaded")
        logged = [event for event in self.chromium.events if event["method"] == "Log.entryAdded"]
        self.assertTrue(any("frame" in event["params"]["entry"]["text"] for event in logged), logged)

