"""Somebody at the portals in a real browser, who does what there is to do by clicks."""

import contextlib
import json
import unittest
from urllib.parse import urlsplit

from chromium import PROGRAM, Chromium
from support import SimulatorCase

# The page with the switch, and that of what Copilot reads from.
EXTENSIONS = "/defender/settings/security-extensions"
SOURCES = "/copilot/sources"
CLASSIC = "/classic/settings/security-extensions"

STATUS = "(document.getElementById('status')?.innerText ?? '')"
SWITCH = "#copilot .switch"


@unittest.skipUnless(PROGRAM, "there is no chromium")
class Portals(SimulatorCase):
    """One browser for all; each test has a tenant and cookies of its own, and a clock that stands still."""

    arguments = ("--freeze", "--start", "2026-11-24T09:00:00Z", "--size", "tiny", "--throttle", "off")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chromium = Chromium(cls.simulator.port)
        cls.addClassCleanup(cls.chromium.stop)

    def setUp(self):
        self.begin()

    def begin(self):
        """A tenant as it was born, and a browser that was nowhere yet."""
        self.tenant = self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/fork", {})
        self.chromium.events.clear()
        self.tab = self.watched(self.chromium.tab())

    def end(self):
        """No script failed, no policy kept anything back, no page asked another host; tenant and cookies are gone."""
        self.tab.value("1")
        told = [(one["method"], one["params"]) for one in self.chromium.events]
        wrong = [given for method, given in told if method == "Runtime.exceptionThrown"]
        entries = [given["entry"] for method, given in told if method == "Log.entryAdded"]
        wrong += [one for one in entries if one["level"] == "error" and one["source"] != "network"]
        self.assertEqual(wrong, [])
        asked = [given["request"]["url"] for method, given in told if method == "Network.requestWillBeSent"]
        elsewhere = [url for url in asked if not self.is_ours(url)]
        self.assertEqual(elsewhere, [])
        self.chromium.forget(self.tab)
        self.simulator.control("DELETE", f"/tenants/{self.tenant['id']}")

    def afresh(self):
        """Ends what was begun, and begins anew."""
        self.end()
        self.begin()

    def is_ours(self, url):
        """The address is the simulator's, or asks nobody."""
        parts = urlsplit(url)
        return parts.scheme in ["data", "about"] or parts.netloc == urlsplit(self.simulator.url).netloc

    def tearDown(self):
        self.end()

    @staticmethod
    def watched(tab):
        """A tab whose scripts, policies and requests are told."""
        for domain in ["Runtime", "Log", "Network"]:
            tab.call(f"{domain}.enable")
        return tab

    def beside(self):
        """Another tab of the same browser."""
        return self.watched(self.chromium.beside(self.tab))

    # What is there.

    def control(self, rest, body=None, method=None):
        """Asks the control API about the tenant."""
        method = method or ("GET" if body is None else "POST")
        return self.simulator.control(method, f"/tenants/{self.tenant['id']}{rest}", body)

    def command(self, *commands):
        """Gives commands."""
        self.control("/commands", list(commands))

    def connection(self):
        """How the connection stands."""
        return self.control("/connection")

    def events(self, *of_interest):
        """What happened to the connection, as far as it is of interest."""
        return [one["event"] for one in self.connection()["events"] if one["event"] in of_interest]

    def dialogs_asked(self):
        """How often the page of the dialog was asked for."""
        log = self.control("/requests")["requests"]
        return sum("adminconsent" in one["path"] for one in log)

    # What somebody does.

    def address(self, path):
        """The address of a page, for the test's own tenant."""
        return f"{self.simulator.url}{path}?tid={self.tenant['id']}"

    def visit(self, path, tab=None):
        """Goes to a page."""
        (tab or self.tab).go(self.address(path))

    def start(self):
        """Goes to the start page, for the test's own tenant."""
        self.tab.go(f"{self.simulator.url}/?tid={self.tenant['id']}")
        self.tab.until("document.querySelector('.people') != null")

    def enter(self, path=EXTENSIONS, persona="global-admin"):
        """Goes to a page, and signs in there by one click."""
        self.visit(path)
        self.sign_in(persona)

    def sign_in(self, persona="global-admin"):
        """Signs in by one click, where that is asked for."""
        self.tab.sees("Sign in")
        self.tab.click(f"button[name=persona][value={persona}]")
        self.tab.until("document.readyState == 'complete' && document.querySelector('.who') != null")

    def reads(self, status, *reasons, tab=None):
        """Waits for a page that says so, for these reasons and no others."""
        shown = "JSON.stringify([...document.querySelectorAll('[data-reason]')].map(one => one.dataset.reason))"
        wanted = json.dumps(list(reasons), separators=(",", ":"))
        (tab or self.tab).until(f"document.readyState == 'complete' && {STATUS} == '{status}' && {shown} == '{wanted}'")

    def is_on(self, on, tab=None):
        """Waits for a page whose switch is so."""
        (tab or self.tab).until(f"document.querySelector('{SWITCH}')?.ariaChecked == '{str(on).lower()}'")

    def opened_by(self, selector):
        """The dialog that opens when this is clicked."""
        before = self.chromium.pages()
        self.tab.click(selector)
        dialog = self.chromium.opened(before)
        self.watched(dialog)
        return dialog

    def asked(self):
        """The dialog that opens when the connection is switched on."""
        self.is_on(False)
        dialog = self.opened_by(SWITCH)
        dialog.sees("Data access statement")
        return dialog

    def connect(self):
        """Switches on and accepts."""
        self.asked().click("button[value=accept]")
        self.reads("Connected")

    def switch_on_in_vain(self, *reasons):
        """Switches on where no dialog opens."""
        self.is_on(False)
        before = self.dialogs_asked()
        self.tab.click(SWITCH)
        self.is_on(True)
        self.reads("Disconnected", *reasons)
        self.assertEqual(self.dialogs_asked(), before)

    def switch_off(self):
        """Switches off."""
        self.is_on(True)
        self.tab.click(SWITCH)
        self.is_on(False)

    def wait(self, seconds):
        """Moves the clock by a button of the presenter, and waits for the page that comes back."""
        self.present(f".presenter button[name=by][value='{seconds}']")

    def present(self, selector):
        """Clicks something, of the presenter's mostly, and waits for the page that comes back."""
        with self.anew():
            self.tab.click(selector)

    @contextlib.contextmanager
    def anew(self):
        """Waits until what is done meanwhile has loaded a page."""
        self.tab.value("window.before = true")
        yield
        self.tab.until("window.before === undefined && document.readyState == 'complete'")

    def reconnect(self):
        """Off, ten seconds, on, accept."""
        self.switch_off()
        self.wait(10)
        self.connect()
