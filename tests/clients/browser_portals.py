"""The portals in a real browser: the connection is made, lost and mended by clicks, shown by a presenter, and for everybody.

With MOCK_DEFENDER_SCREENSHOTS=DIR pictures of every page and state are kept, wide and narrow, light and dark.
"""

import os
import random
import time
import unittest
from urllib.parse import urlsplit

from chromium import Chromium
from modules import MODULES, OLDEST, install, node
from portals import CLASSIC, EXTENSIONS, SOURCES, STATUS, SWITCH, Portals

# What the guide's third step consists of.
STEPS = ["toggled_on", "consent_requested", "consent_opened", "consent_accepted", "connected"]

# The hosts that a browser has to let open windows and keep cookies.
BOTH = ["portal.cloudappsecurity.com", "securitycopilot.microsoft.com"]

# What the browser asks of its own accord.
BROWSER_ASKS = (".google.com:443", ".googleapis.com:443")

HOUR = 3_600


class Journeys(Portals):
    """The steps of the guide, and each way in which they fail."""

    def test_either_administrator_connects(self):
        """Switch, dialog, statement, Accept; the data sources in another tab say so once they are looked at anew"""
        for persona in ["global-admin", "security-admin"]:
            with self.subTest(persona):
                self.afresh()
                self.enter(persona=persona)
                sources = self.beside()
                self.visit(SOURCES, sources)
                self.reads("Disconnected", "toggle_off", tab=sources)
                dialog = self.asked()
                for line in ["Alerts of cloud apps", "Shadow IT", "OAuth tokens", "Nothing is changed"]:
                    dialog.sees(line)
                self.reads("Disconnected", "consent_pending")
                dialog.click("button[value=accept]")
                self.reads("Connected")
                self.assertEqual(self.events(*STEPS), STEPS)
                # Nothing is pushed.
                self.reads("Disconnected", "toggle_off", tab=sources)
                sources.click("form[action*=refresh] button")
                self.reads("Connected", tab=sources)
                sources.call("Page.reload")
                self.reads("Connected", tab=sources)

    def test_others_have_no_switch(self):
        """Who may only read sees how the connection stands, and no switch; a form of one's own is refused"""
        self.enter(persona="security-reader")
        self.reads("Disconnected", "toggle_off")
        self.tab.sees("Only a Global or Security Administrator can switch it")
        self.assertIsNone(self.tab.value(f"document.querySelector('{SWITCH}')"))
        posted = "fetch(location.pathname + '/copilot' + location.search, {method: 'POST', body: new URLSearchParams"
        posted += "({enabled: 'true'})}).then(answer => answer.status)"
        self.assertEqual(self.tab.value(posted), 403)
        self.assertEqual(self.connection()["on"], False)

    def test_two_entries_of_the_menu_lead_to_one_page(self):
        """Settings > Security extensions and Settings > Cloud apps > System show the same rows and the same switch"""
        self.enter("/defender/")
        shown = []
        for label in ["Security extensions", "System"]:
            self.tab.click_what(f"[...document.querySelectorAll('.menu a')].find(one => one.innerText == '{label}')")
            self.tab.until(f"document.querySelector('.menu [aria-current]')?.innerText == '{label}'")
            self.tab.until("document.getElementById('security-extensions') != null")
            shown.append(self.tab.value("document.querySelector('main').innerText"))
            shown.append(self.tab.value(f"document.querySelector('{SWITCH}').ariaChecked"))
        self.assertEqual(shown[:2], shown[2:])
        for row in ["API tokens", "SIEM agents", "External DLP", "Playbooks", "Copilot for Security"]:
            self.assertIn(row, shown[0])

    def test_the_dialog_is_cancelled(self):
        """Cancel: Disconnected, declined; switched off, ten seconds later on again and accepted, it is Connected"""
        self.enter()
        self.asked().click("button[value=cancel]")
        self.reads("Disconnected", "consent_declined")
        self.assertTrue(self.connection()["on"])
        self.reconnect()

    def test_the_dialog_is_closed(self):
        """The window is closed unanswered: pending, also after a reload; the page offers to finish, and it counts"""
        self.enter()
        dialog = self.asked()
        dialog.close()
        self.tab.call("Page.reload")
        self.reads("Disconnected", "consent_pending")
        again = self.opened_by("a[target=copilot-consent]")
        again.sees("Data access statement")
        again.click("button[value=accept]")
        self.reads("Connected")

    def test_the_dialog_waits_too_long(self):
        """An answer after more than ten minutes does not count, and nothing offers to finish; switched anew it does"""
        self.enter()
        dialog = self.asked()
        for _ in range(11):
            self.wait(60)
        dialog.click("button[value=accept]")
        dialog.sees("The dialog had waited too long", "consent-late")
        dialog.close()
        self.tab.call("Page.reload")
        self.reads("Disconnected", "consent_pending")
        self.assertIsNone(self.tab.value("document.querySelector('a[target=copilot-consent]')"))
        self.reconnect()

    def test_the_session_ends(self):
        """Its hour is over, or somebody revokes it: Disconnected; looking again mends nothing, switching anew does"""
        self.enter()
        self.connect()
        for lose, reason in [(lambda: self.wait(HOUR), "session_expired"), (self.revoke, "session_revoked")]:
            with self.subTest(reason):
                lose()
                self.reads("Disconnected", reason)
                self.visit(SOURCES)
                self.reads("Disconnected", reason)
                self.tab.click("form[action*=refresh] button")
                self.reads("Disconnected", reason)
                # The way back is the remedy of the guide's fourth step.
                self.tab.click("main a.a-button")
                self.reconnect()

    def revoke(self):
        """Ends the sessions of who consented, who then signs in anew."""
        self.tab.click("button[value=revoke-sessions]")
        self.sign_in()

    def test_ten_seconds_are_waited(self):
        """On again after nine seconds no dialog opens and nothing mends it; after ten it does"""
        self.enter()
        self.connect()
        self.wait(HOUR)
        self.reads("Disconnected", "session_expired")
        self.switch_off()
        self.wait(9)
        self.switch_on_in_vain("toggle_too_soon")
        self.wait(60)
        self.reads("Disconnected", "toggle_too_soon")
        self.switch_off()
        for step in [9, 1]:
            self.wait(step)
        self.connect()

    def test_the_tenants_browser_blocks_windows(self):
        """A browser that opens no windows: no dialog, nothing is asked of Entra ID; mended and switched anew, it opens"""
        self.enter()
        self.present("button[value=popups]")
        self.switch_on_in_vain("consent_pending", "dialog_blocked")
        self.assertEqual(self.dialogs_asked(), 0)
        self.assertEqual(self.tab.value("document.querySelector('a[target=copilot-consent]')"), None)
        self.present("button[value=mend]")
        self.reads("Disconnected", "consent_pending", "dialog_blocked")
        self.reconnect()

    def test_the_browser_itself_blocks_windows(self):
        """The browser's own blocker, which allows one window a click: as if the tenant's browser opened none"""
        # What another script of the page opens is that one window.
        used = "addEventListener('click', event => { if (event.target.matches('.switch')) open('about:blank').close(); }, true)"
        added = self.tab.call("Page.addScriptToEvaluateOnNewDocument", source=used)
        self.enter()
        self.switch_on_in_vain("consent_pending", "dialog_blocked")
        self.assertEqual(self.dialogs_asked(), 0)
        self.assertTrue(self.connection()["browser"]["popups"])
        self.tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
        self.tab.call("Page.reload")
        self.reconnect()

    def test_the_browser_keeps_cookies_of_others_back(self):
        """The dialog opens, and its answer is lost: it says so, and the page behind it hears of nothing"""
        self.enter()
        self.present("button[value=cookies]")
        self.is_on(False)
        dialog = self.asked()
        dialog.click("button[value=accept]")
        dialog.sees("This browser blocks cookies of other sites", "consent-lost")
        self.reads("Disconnected", "consent_pending", "dialog_blocked")
        dialog.close()
        self.present("button[value=mend]")
        self.reconnect()

    def test_both_hosts_are_allowed(self):
        """Windows and cookies blocked, one host allowed: it fails in its own way for each; both allowed, it connects"""
        self.enter()
        strict = {"popups": False, "thirdPartyCookies": False}
        self.command({"setBrowser": strict | {"allowList": [BOTH[1]]}})
        self.tab.call("Page.reload")
        self.switch_on_in_vain("consent_pending", "dialog_blocked")
        self.command({"setBrowser": strict | {"allowList": [BOTH[0]]}})
        self.switch_off()
        self.wait(10)
        dialog = self.asked()
        dialog.click("button[value=accept]")
        dialog.sees("This browser blocks cookies of other sites")
        dialog.close()
        self.reads("Disconnected", "consent_pending", "dialog_blocked")
        self.command({"setBrowser": strict | {"allowList": BOTH}})
        self.reconnect()

    def test_an_old_tab_does_no_harm(self):
        """A tab that was loaded before still shows Off: its switch changes nothing that was done since, and catches up"""
        self.enter()
        old = self.beside()
        self.visit(EXTENSIONS, old)
        self.connect()
        self.is_on(False, old)
        before = self.dialogs_asked()
        old.click(SWITCH)
        self.is_on(True, old)
        self.reads("Connected", tab=old)
        self.assertEqual(self.dialogs_asked(), before)
        self.assertEqual(self.events(*STEPS), STEPS)
        # And the other way: both say On, and one has switched off.
        self.switch_off()
        old.click(SWITCH)
        self.is_on(False, old)
        self.reads("Disconnected", "toggle_off", tab=old)
        self.assertEqual(self.events("toggled_off"), ["toggled_off"])

    def test_the_former_portal_is_kept(self):
        """The same journey there; in the other mode its address leads to the Defender portal's page"""
        self.command({"setClassicPortal": {"mode": "classic"}})
        self.enter(CLASSIC)
        self.tab.sees("Cloud App Security", "former-portal")
        self.connect()
        self.assertTrue(urlsplit(self.tab.value("location.href")).path.startswith("/classic/"))
        self.wait(HOUR)
        self.reads("Disconnected", "session_expired")
        self.reconnect()
        self.command({"setClassicPortal": {"mode": "redirect"}})
        self.visit(CLASSIC)
        self.reads("Connected")
        self.assertEqual(urlsplit(self.tab.value("location.href")).path, EXTENSIONS)

    def test_a_visitor_signs_out(self):
        """Signed out, the next page asks who is there"""
        self.enter()
        self.tab.click(".who button")
        self.tab.sees("You are signed out")
        self.enter(persona="user")
        self.tab.sees("no role")


class GenuineNames(Portals):
    """Through the proxy, by the names that the portals have."""

    hosts = {"/defender": "https://security.microsoft.com", "/copilot": f"https://{BOTH[1]}", "/classic": f"https://{BOTH[0]}"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chromium = Chromium(cls.simulator.port, proxy=cls.simulator.proxy)
        cls.addClassCleanup(cls.chromium.stop)

    def address(self, path):
        """The address under the genuine name."""
        portal = next(one for one in self.hosts if path.startswith(one))
        return f"{self.hosts[portal]}{path.removeprefix(portal)}?tid={self.tenant['id']}"

    def is_ours(self, url):
        """Genuine names are played."""
        genuine = [*self.hosts.values(), "https://login.microsoftonline.com"]
        return super().is_ours(url) or any(url.startswith(f"{one}/") for one in genuine)

    def here(self):
        """Scheme and host of the page."""
        return self.tab.value("location.origin")

    def test_the_journey_by_genuine_names(self):
        """Sign-in at security.microsoft.com, the switch there, the sources at securitycopilot.microsoft.com"""
        self.enter()
        self.assertEqual(self.here(), self.hosts["/defender"])
        self.connect()
        self.visit(SOURCES)
        self.reads("Connected")
        self.assertEqual(self.here(), self.hosts["/copilot"])
        self.visit(CLASSIC)
        self.reads("Connected")
        self.assertEqual(self.here(), self.hosts["/defender"])
        self.command({"setClassicPortal": {"mode": "classic"}})
        self.visit(CLASSIC)
        self.reads("Connected")
        self.assertEqual(self.here(), self.hosts["/classic"])
        self.reconnect()
        log = self.simulator.control("GET", f"/tenants/{self.simulator.tenant['id']}/requests")
        tunnels = [one["host"] for one in log["requests"] if one["method"] == "CONNECT"]
        self.assertEqual([host for host in tunnels if not host.endswith(BROWSER_ASKS)], [])
