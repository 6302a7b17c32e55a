"""The portals in a real browser: the connection is made, lost and mended by clicks, shown by a presenter, and for everybody.

With MOCK_DEFENDER_SCREENSHOTS=DIR pictures of every page and state are kept, wide and narrow, light and dark.
"""

import json
import os
import random
import time
import unittest
from urllib.parse import urlsplit

from chromium import PROGRAM, Chromium
from modules import MODULES, OLDEST, install, node
from portals import CLASSIC, EXTENSIONS, SOURCES, STATUS, SWITCH, Portals
from support import Simulator

# What the guide's third step consists of.
STEPS = ["toggled_on", "consent_requested", "consent_opened", "consent_accepted", "connected"]

# The hosts that a browser has to let open windows and keep cookies.
BOTH = ["portal.cloudappsecurity.com", "securitycopilot.microsoft.com"]

# What the browser asks of its own accord.
BROWSER_ASKS = (".google.com:443", ".googleapis.com:443")

HOUR = 3_600
ENTER, SPACE = 13, 32


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
                self.present("form[action*=refresh] button")
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
        """The browser's own blocker, which lets clicks of people open windows and nothing else: no dialog, and it says so"""
        self.enter()
        self.is_on(False)
        before = self.chromium.pages()
        # Nobody clicks: a script presses the switch.
        self.tab.value(f"document.querySelector('{SWITCH}').click()")
        self.is_on(True)
        self.reads("Disconnected", "consent_pending", "dialog_blocked")
        self.assertEqual(set(self.chromium.pages()), set(before))
        self.assertEqual(self.dialogs_asked(), 0)
        self.assertTrue(self.connection()["browser"]["popups"], "the tenant's browser opens any")
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

    def test_the_switch_gets_no_answer(self):
        """The connection breaks as somebody switches on, or the answer is half: no window stays, and a second click does it"""
        self.enter()
        where = {"service": "defender", "path": "/**/security-extensions/copilot"}
        for effect in [{"reset": {}}, {"truncate": {"keep": 0.5}}, {"respond": {"status": 500}}]:
            with self.subTest(effect):
                self.control("/faults", {"match": where, "effect": effect})
                before = self.chromium.pages()
                self.present(SWITCH)
                self.tab.until("document.querySelector('.switch:enabled') != null")
                self.assertEqual(set(self.chromium.pages()), set(before))
                self.control("/faults", method="DELETE")
                # The half answer was to a switch that is on.
                if self.connection()["on"]:
                    self.switch_off()
                    self.wait(10)
        self.connect()

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


# What a button of the presenter brings about: the reasons, those still there once all was put right, and the state of
# the drawing. What is looked at anew only after a minute needs that minute.
CAUSES = {
    "expire-session": (["session_expired"], ["session_expired"], "Disconnected"),
    "revoke": (["consent_revoked", "session_revoked"], ["consent_revoked", "session_revoked"], "Disconnected"),
    "licence": (["license_missing"], [], "Disconnected"),
    "capacity": (["capacity_missing"], [], "Disconnected"),
    "disable": (["copilot_not_enabled"], [], "Disconnected"),
    "network-xdr": (["endpoint_unreachable:api.security.microsoft.com"], [], "Disconnected"),
    "network-graph": (["endpoint_unreachable:graph.microsoft.com"], [], "Disconnected"),
    "channel": (["channel_unreachable"], [], "Disconnected"),
}
# Causes that tests of their own bring about.
ELSEWHERE = ["revoke-sessions", "decline", "popups", "cookies"]
LOOKED_AT_EACH_MINUTE = ["network-xdr", "network-graph"]

@unittest.skipUnless(PROGRAM, "there is no chromium")
class Demonstration(unittest.TestCase):
    """What `mock-defender demo disconnected` says is to be clicked."""

    # Seconds for clicks, and what somebody needs for one who reads what it brought about.
    MOST, READING = 90, 6

    def test_from_launch_to_disconnected_and_back(self):
        """The demonstration is started; a persona, On, Accept, a cause, Off, wait, On, Accept: the clicks are counted"""
        begun = time.monotonic()
        simulator = Simulator(serve=("demo", "disconnected", "--"))
        self.addCleanup(simulator.stop)
        chromium = Chromium(simulator.port)
        self.addCleanup(chromium.stop)
        launched = time.monotonic()
        tab, clicks = chromium.tab(), []

        def click(tab, selector, then):
            tab.value("window.before = true")
            tab.click(selector)
            clicks.append(selector)
            tab.until(f"window.before === undefined && document.readyState == 'complete' && ({then})")

        def connect():
            before = chromium.pages()
            tab.click(SWITCH)
            dialog = chromium.opened(before)
            dialog.sees("Data access statement")
            dialog.click("button[value=accept]")
            clicks.extend([SWITCH, "Accept"])
            tab.until(f"{STATUS} == 'Connected' && document.readyState == 'complete'")

        tab.go(f"http://localhost:{simulator.port}/")
        click(tab, ".people button[value=global-admin]", f"document.querySelector('{SWITCH}') != null")
        connect()
        click(tab, ".presenter button[value=expire-session]", f"{STATUS} == 'Disconnected'")
        click(tab, SWITCH, f"document.querySelector('{SWITCH}').ariaChecked == 'false'")
        click(tab, ".presenter button[name=by][value='10']", f"document.querySelector('{SWITCH}') != null")
        connect()
        took = time.monotonic() - launched
        print(f"      launched within {launched - begun:.1f} s, {len(clicks)} clicks within {took:.1f} s", flush=True)
        self.assertEqual(len(clicks), 8)
        self.assertLessEqual(took + len(clicks) * self.READING, self.MOST)


DRAWN = "[...document.querySelectorAll('.machine .on text')].map(one => one.textContent).join()"


class Presenter(Portals):
    """The panel of whoever shows a customer what a failure looks like."""

    def bring_about(self, cause):
        """Clicks the button, and lets the minute pass that it needs to show."""
        self.present(f".presenter button[value={cause}]")
        if cause in LOOKED_AT_EACH_MINUTE:
            self.wait(60)

    def put_right(self, cause):
        """The same for the button that puts everything right."""
        self.present(".presenter button[value=mend]")
        if cause in LOOKED_AT_EACH_MINUTE:
            self.wait(60)

    def draws(self, state):
        """The drawing shows this state, and says in words why."""
        self.tab.until(f"{DRAWN} == '{state}'")
        why = self.tab.value("document.getElementById(document.querySelector('.machine').getAttribute('aria-labelledby')).innerText")
        self.assertTrue(why.startswith("Connected" if state == "Connected" else "Disconnected ("), why)

    def test_every_cause_shows_and_is_mended(self):
        """Each button disconnects for its reason and the drawing follows; put right and reconnected, it is Connected"""
        self.enter()
        buttons = self.tab.value("[...document.querySelectorAll('.presenter .causes button')].map(one => one.value)")
        self.assertEqual(set(buttons), {*CAUSES, *ELSEWHERE, "mend"}, "each has a test")
        self.draws("Off")
        self.connect()
        self.draws("Connected")
        for cause, (reasons, left, state) in CAUSES.items():
            with self.subTest(cause):
                self.bring_about(cause)
                self.reads("Disconnected", *reasons)
                self.draws(state)
                self.put_right(cause)
                self.reads("Disconnected" if left else "Connected", *left)
                if left:
                    self.reconnect()
                self.draws("Connected")

    def idle(self):
        """The causes that can't be chosen now."""
        return self.tab.value("[...document.querySelectorAll('.presenter button[name=do]:disabled')].map(one => one.value)")

    def test_the_dialog_is_answered_from_the_panel(self):
        """Decline consent, while it is asked for, is as if somebody had cancelled; what would change nothing is off"""
        self.enter()
        self.assertEqual(self.idle(), ["expire-session", "decline", "revoke"])
        dialog = self.asked()
        self.draws("Consent asked")
        self.assertEqual(self.idle(), ["expire-session", "revoke"])
        dialog.close()
        self.present(".presenter button[value=decline]")
        self.reads("Disconnected", "consent_declined")
        self.draws("Consent asked")
        self.reconnect()
        self.assertEqual(self.idle(), ["decline"])

    def test_it_goes_back(self):
        """Rewound to before the loss, in a fork of its own, where the same person visits, and loses and mends it again"""
        self.enter()
        self.connect()
        self.wait(HOUR)
        self.reads("Disconnected", "session_expired")
        begun = time.monotonic()
        self.present(".presenter button[value=rewind]")
        self.reads("Connected")
        print(f"      rewound within {time.monotonic() - begun:.2f} s", flush=True)
        self.tab.sees("this tenant is a fork")
        self.draws("Connected")
        self.assertEqual(self.tab.value("document.querySelector('.presenter .now').innerText.slice(0, 19)"), "2026-11-24 09:59:00")
        rewound = self.tab.value("new URLSearchParams(location.search).get('tid')")
        self.assertNotEqual(rewound, self.tenant["id"])
        self.assertEqual(self.connection()["reasons"], ["session_expired"], "the other life went on")
        # The tab of the other life is signed in as before, and each is where it was.
        other = self.beside()
        self.visit(EXTENSIONS, other)
        self.reads("Disconnected", "session_expired", tab=other)
        self.tab.call("Page.reload")
        self.reads("Connected")
        # There time goes on: the minute passes, it is lost anew, and made anew by who signs in there.
        self.wait(60)
        self.reads("Disconnected", "session_expired")
        self.switch_off()
        self.wait(10)
        dialog = self.opened_by(SWITCH)
        dialog.sees("Use the known password")
        dialog.click("button[name=persona]")
        dialog.sees("Data access statement")
        dialog.click("button[value=accept]")
        self.reads("Connected")
        self.present(".presenter button[value=drop]")
        self.tab.until("document.querySelector('.people') != null")
        self.assertNotIn(rewound, self.tab.value("location.href"))
        known = [one["id"] for one in self.simulator.control("GET", "/tenants")["tenants"]]
        self.assertNotIn(rewound, known)

    def test_it_steers_from_the_start_page(self):
        """The panel there moves the tenant that is chosen, and comes back to it"""
        self.start()
        self.present(".presenter button[value=capacity]")
        self.wait(60)
        self.assertEqual(self.connection()["reasons"][0], "capacity_missing")
        self.assertEqual(self.tab.value("document.querySelector('.presenter .now').innerText.slice(0, 19)"), "2026-11-24 09:01:00")
        self.assertIn(self.tenant["id"], self.tab.value("location.search"))
        self.tab.click(".people button[value=security-admin]")
        self.tab.until(f"document.querySelector('{SWITCH}') != null")

    def test_it_stands_beside_the_sign_in(self):
        """Used on the pages of Entra ID, without a script there, and the sign-in goes on"""
        self.visit(EXTENSIONS)
        self.tab.sees("Sign in")
        self.wait(60)
        self.tab.sees("Sign in")
        self.assertEqual(self.tab.value("document.querySelector('.presenter .now').innerText.slice(0, 19)"), "2026-11-24 09:01:00")
        self.tab.click("#login")
        self.tab.type("nobody")
        self.present("button[value=username]")
        self.present(".presenter button[value=disable]")
        self.tab.sees("copilot_not_enabled")
        self.present(".presenter button[value=mend]")
        self.sign_in()
        dialog = self.asked()
        dialog.click(".presenter button[value=decline]")
        dialog.until("!document.body.innerText.includes('Data access statement') && document.readyState == 'complete'")
        dialog.close()
        self.tab.call("Page.reload")
        self.reads("Disconnected", "consent_declined")

    def test_two_tabs_sign_in_at_once(self):
        """Both begin before anybody has signed in, and both come back to their page"""
        other = self.beside()
        self.visit(EXTENSIONS)
        self.visit(SOURCES, other)
        self.tab.sees("Sign in")
        other.sees("Sign in")
        self.sign_in()
        other.click("button[name=persona][value=global-admin]")
        for tab, path in [(self.tab, EXTENSIONS), (other, SOURCES)]:
            tab.until("document.readyState == 'complete' && document.querySelector('.who') != null")
            self.assertEqual(urlsplit(tab.value("location.href")).path, path)

    def test_it_is_reset(self):
        """Reset: switched off, nothing has happened, the clock stands where it began, and who visits stays"""
        self.enter()
        self.connect()
        self.wait(HOUR)
        self.present(".presenter button[name=as][value=security-admin]")
        self.present(".presenter button[value=reset]")
        self.reads("Disconnected", "toggle_off")
        self.tab.sees("Nothing has happened to the connection yet")
        self.assertEqual(self.tab.value("document.querySelector('.presenter .now').innerText.slice(0, 19)"), "2026-11-24 09:00:00")
        self.connect()

    def test_two_vocabularies(self):
        """The names of the guide, and those of today, on every page; the choice stays"""
        self.enter()
        both = {
            "seed": ["Copilot for Security", "Security extensions", "Data sources"],
            "current": ["Microsoft Security Copilot", "System", "Sources"],
        }
        for choice in ["seed", "current", "seed"]:
            self.present(f".presenter button[name=names][value={choice}]")
            self.assertEqual(self.tab.value("document.querySelector('.presenter [name=names][aria-pressed=true]').value"), choice)
            product, extensions, sources = both[choice]
            self.assertEqual(self.tab.value("document.querySelector('main h1').innerText"), extensions)
            self.assertEqual(self.tab.value("document.getElementById('copilot-title').innerText"), product)
            self.visit(SOURCES)
            self.tab.until(f"document.querySelector('main h1')?.innerText == '{sources}'")
            self.assertIn(product, self.tab.value("document.querySelector('.brand').innerText"))
            self.tab.click("main a.a-button")
            self.tab.until(f"document.querySelector('.menu [aria-current]')?.innerText == '{extensions}'")

    def test_it_is_hidden_and_shown(self):
        """Hidden, no page has it until it is told to show it again, there or on the start page"""
        self.enter()
        self.present(".presenter button[value=hide]")
        for path in [EXTENSIONS, SOURCES, "/defender/"]:
            self.visit(path)
            self.tab.until("document.querySelector('.who') != null")
            self.assertIsNone(self.tab.value("document.querySelector('.presenter')"))
            self.assertIn("Copilot for Security", self.tab.value("document.body.innerText"))
        # Where every page says that it is a simulator it can be had back, and so it can on the start page.
        self.present(".mark button")
        self.tab.until("document.querySelector('.presenter') != null")
        self.present(".presenter button[value=hide]")
        self.tab.go(self.simulator.url)
        self.tab.sees("is hidden")
        self.tab.click("button[value=show]")
        self.tab.sees("is shown")
        self.visit(EXTENSIONS)
        self.tab.until("document.querySelector('.presenter') != null")

    def test_others_are_visited_as(self):
        """One click, and the page is shown to somebody else: with a switch or without"""
        self.enter()
        roles = {"security-admin": True, "security-reader": False, "user": False, "global-admin": True}
        for persona, may in roles.items():
            self.present(f".presenter button[name=as][value={persona}]")
            self.assertEqual(self.tab.value("document.querySelector('.presenter [name=as][aria-pressed=true]').value"), persona)
            self.assertEqual(self.tab.value(f"document.querySelector('{SWITCH}') != null"), may, persona)


class Runs(Portals):
    """The whole journey, over and over."""

    # What a presenter does to it, and how it is mended.
    LOSSES = [*CAUSES, "hour", "cancelled", "closed", "popups", "cookies"]

    def lose(self, cause):
        """Loses the connection for this cause."""
        if cause == "hour":
            self.wait(HOUR)
        elif cause in ["cancelled", "closed", "popups", "cookies"]:
            if cause in ["popups", "cookies"]:
                self.present(f".presenter button[value={cause}]")
            self.switch_off()
            self.wait(10)
            if cause == "popups":
                self.switch_on_in_vain("consent_pending", "dialog_blocked")
                return
            dialog = self.asked()
            if cause == "cancelled":
                dialog.click("button[value=cancel]")
            elif cause == "cookies":
                dialog.click("button[value=accept]")
                dialog.sees("This browser blocks cookies")
                dialog.close()
            else:
                dialog.close()
        else:
            self.present(f".presenter button[value={cause}]")
            if cause in LOOKED_AT_EACH_MINUTE:
                self.wait(60)

    def test_it_is_lost_and_mended_every_time(self):
        """Connected at some hour, lost for some cause, put right, switched off and on and accepted: always Connected"""
        count = 100 if os.environ.get("MOCK_DEFENDER_TESTS") == "full" else 20
        chance = random.Random(7)
        for number in range(count):
            cause = self.LOSSES[number] if number < len(self.LOSSES) else chance.choice(self.LOSSES)
            seconds = chance.randrange(3 * 86_400)
            with self.subTest(number=number, cause=cause, seconds=seconds):
                self.afresh()
                self.control("/clock/advance", {"by": f"PT{seconds}S"})
                self.enter(persona=chance.choice(["global-admin", "security-admin"]))
                self.connect()
                self.lose(cause)
                self.tab.until(f"{STATUS} == 'Disconnected'")
                self.assertEqual(self.connection()["status"], "Disconnected")
                self.present(".presenter button[value=mend]")
                if cause in LOOKED_AT_EACH_MINUTE:
                    self.wait(60)
                if self.tab.value(STATUS) == "Disconnected":
                    self.reconnect()
                self.reads("Connected")
                told = self.connection()
                self.assertEqual((told["status"], told["reasons"]), ("Connected", []))
                asked = [one["host"] for one in self.control("/requests")["requests"]]
                self.assertTrue(asked)
                self.assertEqual(set(asked), {urlsplit(self.simulator.url).netloc})


# Windows in which everything is looked at: name, width, height.
WINDOWS = [("wide", 1440, 900), ("narrow", 360, 780)]

# What axe-core holds against a page, as far as it keeps people out.
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes.map(node => node.target + " " + node.failureSummary).join("; ")))"""


class Looks(Portals):
    """How the pages look, and whether everybody can use them."""

    def states(self):
        """Brings about every page in every state, one after the other: its name, and the tab that shows it."""
        self.command({"setClassicPortal": {"mode": "classic"}})
        self.visit("/defender/nowhere")
        yield "no-page", self.tab
        self.enter("/defender/")
        yield "home-disconnected", self.tab
        self.visit(EXTENSIONS)
        yield "extensions-off", self.tab
        dialog = self.asked()
        yield "dialog", dialog
        self.reads("Disconnected", "consent_pending")
        yield "extensions-asked", self.tab
        dialog.click("button[value=accept]")
        self.reads("Connected")
        yield "extensions-connected", self.tab
        self.visit("/defender/cloudapps/settings/system")
        yield "system", self.tab
        self.tab.go(f"{self.address('/defender/copilot/consent')}&state=1")
        yield "consent-given", self.tab
        self.visit("/defender/")
        yield "home-connected", self.tab
        self.visit(SOURCES)
        yield "sources-connected", self.tab
        self.present("button[value=network-xdr]")
        self.wait(60)
        self.present("button[value=channel]")
        self.present("button[value=expire-session]")
        yield "sources-disconnected", self.tab
        self.visit(EXTENSIONS)
        self.present("button[value=licence]")
        yield "extensions-disconnected", self.tab
        self.present("button[name=as][value=security-reader]")
        yield "extensions-reader", self.tab
        self.present("button[name=as][value=global-admin]")
        self.switch_off()
        yield "extensions-lacking", self.tab
        self.present("button[value=mend]")
        self.present("button[name=names][value=current]")
        yield "extensions-current-names", self.tab
        self.visit(CLASSIC)
        yield "classic", self.tab
        self.present(".presenter button[value=hide]")
        yield "classic-without-panel", self.tab
        self.start()
        yield "start-without-panel", self.tab
        self.present("button[value=show]")
        yield "start", self.tab
        self.tab.go(self.simulator.url)
        self.tab.until("document.querySelector('.people') != null")
        yield "start-of-the-first", self.tab
        self.tab.go(f"{self.simulator.url}/{self.tenant['id']}/oauth2/v2.0/authorize?client_id=nobody")
        self.tab.sees("Sign-in failed")
        yield "sign-in-failed", self.tab
        self.visit("/defender/")
        self.tab.click(".who button")
        self.tab.sees("You are signed out")
        yield "signed-out", self.tab
        self.visit("/defender/")
        self.tab.sees("Sign in")
        yield "sign-in", self.tab
        self.tab.click("#login")
        self.tab.type("global-admin")
        self.present("button[value=username]")
        yield "sign-in-unknown", self.tab

    @unittest.skipUnless(node() >= OLDEST, "there is no Node to install from")
    def test_nobody_is_kept_out_and_nothing_sticks_out(self):
        """Every page in every state, light and dark, wide and narrow: nothing serious for axe-core, nothing sideways"""
        install()
        axe = (MODULES / "axe-core" / "axe.min.js").read_text()
        for name, tab in self.states():
            for window, width, height in WINDOWS:
                for scheme in ["light", "dark"]:
                    with self.subTest(page=name, window=window, scheme=scheme):
                        tab.looks(width, height, scheme)
                        tab.sees(tab.value("document.querySelector('h1').innerText"), f"{name}-{window}-{scheme}")
                        self.assertLessEqual(tab.value("document.documentElement.scrollWidth"), width)
                        # It runs beside the page: nothing of it needs what the page's policy keeps back.
                        tab.value(f"window.axe || (() => {{ {axe} }})(); typeof axe")
                        self.assertEqual(tab.value(AXE), [])
            tab.looks(*WINDOWS[0][1:], "light")

    def reached(self, tab, selector):
        """Presses Tab until this has the focus, which is seen wherever it is meanwhile."""
        for _ in range(80):
            tab.press("Tab", 9)
            focus = "getComputedStyle(document.querySelector(':focus-visible')).outlineStyle"
            if tab.value("document.activeElement != document.body"):
                self.assertEqual(tab.value(focus), "solid")
            if tab.value(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        self.fail(f"expected Tab to lead to {selector}, on {tab.shown()}")

    def test_the_keyboard_is_enough(self):
        """Signed in, switched on, accepted, looked at by Tab, Enter and Space; the skip link comes first and is seen"""
        self.visit(EXTENSIONS)
        self.tab.sees("Sign in")
        self.reached(self.tab, "button[value=global-admin]")
        self.tab.press("Enter", ENTER)
        self.tab.until("document.readyState == 'complete' && document.querySelector('.who') != null")
        self.tab.press("Tab", 9)
        self.tab.until("document.activeElement.matches('.skip')")
        self.tab.until("document.activeElement.getBoundingClientRect().top >= 0")
        self.tab.press("Enter", ENTER)
        self.tab.until("document.activeElement.id == 'main'")
        self.reached(self.tab, SWITCH)
        before = self.chromium.pages()
        self.tab.press(" ", SPACE)
        dialog = self.chromium.opened(before)
        dialog.sees("Data access statement")
        self.reached(dialog, "button[value=accept]")
        dialog.press("Enter", ENTER)
        self.reads("Connected")
        self.reached(self.tab, "#copilot a[href*=sources]")
        self.tab.press("Enter", ENTER)
        self.tab.until("document.readyState == 'complete' && location.pathname.endsWith('/sources')")
        self.reads("Connected")
        self.reached(self.tab, "form[action*=refresh] button")
        with self.anew():
            self.tab.press(" ", SPACE)
        self.reads("Connected")
        self.reached(self.tab, ".presenter button[value=expire-session]")
        self.tab.press("Enter", ENTER)
        self.reads("Disconnected", "session_expired")
