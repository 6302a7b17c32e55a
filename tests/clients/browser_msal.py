"""MSAL for browsers, in a real one: a page signs its users in, without a server of its own.

It redirects, opens a pop-up, renews in a hidden frame, and redeems codes across origins.
"""

import json
import unittest

from browser import Browser
from chromium import PROGRAM
from modules import MODULES, OLDEST, install, node
from support import app_of

LIBRARY = MODULES / "@azure" / "msal-browser" / "lib"

PAGE = """<!DOCTYPE html><title>Page</title><p>A page that signs in.</p><script src="/msal.js"></script><script>
const config = CONFIG;
const options = { auth: config, cache: { cacheLocation: "sessionStorage" } };
options.system = { iframeBridgeTimeout: 3000 };
const app = new msal.PublicClientApplication(options);
const ready = app.initialize().then(() => app.handleRedirectPromise());
// What a call comes to, without what can't be told.
const told = promise => promise.then(
  ({ accessToken, fromCache, account, idTokenClaims }) =>
    ({ accessToken, fromCache, username: account.username, nonce: idTokenClaims.nonce }),
  error => ({ error: error.errorCode, message: error.errorMessage }));
</script>"""

BRIDGE = """<!DOCTYPE html><title>Bridge</title><script src="/bridge.js"></script>
<script>msalRedirectBridge.broadcastResponseToMainFrame();</script>"""

SCOPES = json.dumps({"scopes": ["User.Read"]})


@unittest.skipUnless(PROGRAM and node() >= OLDEST, "there is no chromium, or no Node to install from")
class PageApplication(Browser):
    """An application that is a page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        install()
        pages = cls.application.pages
        pages["/msal.js"] = (LIBRARY / "msal-browser.min.js").read_text()
        pages["/bridge.js"] = (LIBRARY / "redirect-bridge" / "msal-redirect-bridge.min.js").read_text()
        pages["/bridge"] = BRIDGE

    def setUp(self):
        super().setUp()
        uris = [{"platform": "spa", "uri": f"http://localhost/{name}"} for name in ["page", "bridge"]]
        app = {"name": "page", "public": True, "redirectUris": uris, "delegatedPermissions": ["User.Read"]}
        self.command({"addApplication": app})
        self.command({"consent": {"app": "page"}})
        self.tenant = self.simulator.control("GET", f"/tenants/{self.tenant['id']}")
        config = {"clientId": app_of(self.tenant, "page")["clientId"]}
        config |= {"authority": f"{self.simulator.url}/{self.tenant['id']}"}
        config |= {"knownAuthorities": [f"localhost:{self.simulator.port}"]}
        config |= {"redirectUri": f"{self.application.url}/bridge"}
        self.application.pages["/page"] = PAGE.replace("CONFIG", json.dumps(config))
        self.tab.go(f"{self.application.url}/page")

    def call(self, call):
        """What a call of the library comes to."""
        return self.tab.value(f"ready.then(() => told(app.{call}))")

    def start(self, call):
        """Starts a call, whose result is asked for later."""
        self.tab.value(f"ready.then(() => {{ window.result = null; told(app.{call}).then(r => window.result = r) }})")

    def test_a_page_signs_in_by_redirect_and_stays_signed_in(self):
        """Redirect, then silence: from the cache, by refresh, by a hidden frame, and what follows a revoked session"""
        self.tab.value(f"ready.then(() => {{ app.loginRedirect({SCOPES}) }}) && null")
        self.sign_in()
        self.tab.until(f"location.href == {json.dumps(self.application.url + '/page')} && ready.then(() => true)")
        account = self.tab.until("ready.then(() => app.getAllAccounts()[0]?.username)")
        self.assertEqual(account, self.user["upn"])
        self.tab.value("app.setActiveAccount(app.getAllAccounts()[0])")
        cached = self.call(f"acquireTokenSilent({SCOPES})")
        self.assertTrue(cached.get("fromCache"), cached)
        renewed = self.call('acquireTokenSilent({scopes: ["User.Read"], forceRefresh: true})')
        self.assertEqual((renewed.get("fromCache"), renewed.get("username")), (False, self.user["upn"]), renewed)
        silent = self.call(f"ssoSilent({SCOPES})")
        self.assertEqual(silent.get("username"), self.user["upn"], silent)
        path = f"/tenants/{self.tenant['id']}/clock/advance"
        self.simulator.control("POST", path, {"by": "PT1M"})
        self.command({"revokeSessions": {"user": "user"}})
        lost = self.call('acquireTokenSilent({scopes: ["User.Read"], forceRefresh: true})')
        self.assertIn(lost.get("error"), ["invalid_grant", "login_required"], lost)
        self.assertRegex(lost["message"], "AADSTS(50173|50058)")

    def popup(self):
        """Signs in in a pop-up."""
        before = self.chromium.pages()
        script = f"ready.then(() => {{ told(app.loginPopup({SCOPES})).then(r => window.result = r) }})"
        self.tab.call("Runtime.evaluate", expression=script, userGesture=True)
        self.sign_in(self.opened(before))
        return self.tab.until("window.result")

    def test_a_page_signs_in_by_pop_up(self):
        """A pop-up, as it was and severed from its opener"""
        result = self.popup()
        self.assertEqual(result.get("username"), self.user["upn"], result)
        self.command({"setPolicies": {"openerIsolation": True}})
        self.tab = self.chromium.tab()
        self.tab.go(f"{self.application.url}/page")
        result = self.popup()
        self.assertEqual(result.get("username"), self.user["upn"], result)

    def test_a_page_without_a_session_is_told_so(self):
        """ssoSilent without a session, and where cookies are withheld in frames: login_required"""
        lost = self.call(f"ssoSilent({SCOPES})")
        self.assertEqual(lost.get("error"), "login_required", lost)
        self.popup()
        self.command({"setPolicies": {"thirdPartyCookies": False}})
        lost = self.call(f"ssoSilent({SCOPES})")
        self.assertEqual(lost.get("error"), "login_required", lost)
