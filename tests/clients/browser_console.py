"""Somebody at the console in a real browser: each of its doings once, without a reload, and accessible to all.

With MOCK_DEFENDER_SCREENSHOTS=DIR pictures of every view are kept, wide and narrow, light and dark.
"""

import http.client
import json
import unittest

from chromium import PROGRAM, Chromium
from modules import MODULES, OLDEST, install, node
from support import PATIENCE, SimulatorCase

VIEWS = ["requests", "faults", "scenarios", "truth", "tenants"]

# Windows in which it is looked at: name, width, height.
WINDOWS = [("wide", 1440, 900), ("narrow", 360, 780)]

# What axe-core holds against a page, as far as it keeps people out.
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes.map(node => node.target + " " + node.failureSummary).join("; ")))"""


def text_of(selector):
    """A script that comes to the text of what the selector finds."""
    return f"(document.querySelector({json.dumps(selector)})?.innerText ?? '')"


@unittest.skipUnless(PROGRAM, "there is no chromium")
class Console(SimulatorCase):
    """One browser for all; each test looks at a fork of its own."""

    arguments = ("--freeze", "--start", "2026-11-24T09:00:00Z", "--size", "tiny", "--throttle", "off")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chromium = Chromium(cls.simulator.port)
        cls.addClassCleanup(cls.chromium.stop)

    def setUp(self):
        self.tenant = self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/fork", {})
        self.addCleanup(self.simulator.control, "DELETE", f"/tenants/{self.tenant['id']}")
        self.tab = self.chromium.tab()
        self.begun = len(self.chromium.events)
        for domain in ["Runtime", "Log"]:
            self.tab.call(f"{domain}.enable")
        self.tab.go(f"{self.simulator.url}/_mock/ui")
        self.choose()

    def tearDown(self):
        """No script failed, and the policy of the page kept nothing back."""
        self.tab.value("1")
        told = [one for one in self.chromium.events[self.begun :] if one.get("sessionId") == self.tab._session]
        wrong = [one["params"] for one in told if one["method"] == "Runtime.exceptionThrown"]
        entries = [one["params"]["entry"] for one in told if one["method"] == "Log.entryAdded"]
        wrong += [one for one in entries if one["level"] == "error" and one["source"] != "network"]
        self.assertEqual(wrong, [])

    def choose(self):
        """Looks at the test's own tenant."""
        self.tab.until(f"document.querySelector('#tenant option[value=\"{self.tenant['id']}\"]') != null")
        self.tab.value(
            f"(one => {{ one.value = '{self.tenant['id']}'; one.dispatchEvent(new Event('change')) }})"
            "(document.getElementById('tenant'))"
        )
        self.tab.until(f"{text_of('.live')} == 'Live'")

    def view(self, name):
        """Goes to a view."""
        self.tab.click(f".views a[href='#{name}']")
        self.tab.until(f"!document.getElementById('{name}').hidden")

    def of_tenant(self, rest="", method="GET", body=None):
        """Asks the control API about the tenant."""
        return self.simulator.control(method, f"/tenants/{self.tenant['id']}{rest}", body)

    def sees(self, selector, text):
        """Waits until what the selector finds says so."""
        self.tab.until(f"{text_of(selector)}.includes({json.dumps(text)})")

    def click_named(self, name, inside="main"):
        """Clicks the button that is called so."""
        script = f"[...document.querySelectorAll({json.dumps(inside + ' button')})]"
        script += f".find(one => (one.getAttribute('aria-label') ?? one.innerText) == {json.dumps(name)})"
        self.tab.click_what(script)

    def confirm(self):
        """Says yes."""
        self.tab.click("dialog [data-yes]")

    def ask(self, path, authorization=None, body=None):
        """A client asks the Cloud Apps API; the status of the answer."""
        connection = http.client.HTTPConnection("localhost", self.simulator.port, timeout=PATIENCE)
        headers = {"Authorization": authorization} if authorization else {}
        # A name of the tenant's own.
        label = self.tenant["cloudAppsUrl"].split("//")[1].split(".")[0]
        headers["Host"] = f"{label}.localhost:{self.simulator.port}"
        try:
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    @property
    def api_token(self):
        """The credential of the tenant's API token."""
        return f"Token {self.tenant['apiToken']}"


class Doings(Console):
    """What can be done there."""

    def test_the_start_page_leads_there(self):
        """The start page leads to the console, which says what it is and whether it is up to date"""
        self.tab.go(self.simulator.url)
        self.tab.click("header a[href$='/_mock/ui']")
        self.tab.until("location.pathname == '/_mock/ui' && document.readyState == 'complete'")
        self.assertEqual(self.tab.value("location.pathname"), "/_mock/ui")
        self.sees("header", "simulated by mock-defender; independent of Microsoft")
        self.sees(".live", "Live")

    def test_the_clock_is_moved(self):
        """An hour, a day, a length of one's own, one that can't be read; frozen, following, sixty times as fast"""
        self.sees("#now", "09:00:00")
        self.tab.click("[data-by=PT1H]")
        self.sees("#now", "10:00:00")
        self.tab.click("[data-by=P1D]")
        self.sees("#now", "2026-11-25")
        self.tab.fill("#by", "30m")
        self.tab.press("Enter", 13)
        self.sees("#now", "10:30:00")
        self.assertEqual(self.of_tenant("/clock")["now"], "2026-11-25T10:30:00.000Z")
        self.tab.until("document.getElementById('by').value == ''")
        self.tab.fill("#by", "soon")
        self.tab.press("Enter", 13)
        self.tab.until("document.getElementById('by').validationMessage.includes('expected')")
        self.click_named("Follow", "#ways")
        self.sees("#pace", "follows the wall clock")
        self.tab.until("!document.getElementById('now').innerText.includes('10:30:00')")
        self.click_named("60 ×", "#ways")
        self.sees("#pace", "60 times as fast")
        self.click_named("Freeze", "#ways")
        self.sees("#pace", "stands still")
        self.tab.until("document.querySelector('[data-mode=frozen]').getAttribute('aria-pressed') == 'true'")
        self.assertEqual(self.of_tenant("/clock")["mode"], "frozen")

    def test_a_clock_that_somebody_else_moves_is_shown(self):
        """What others do is seen without a reload: a moved clock, a fork, a tenant that is dropped"""
        self.of_tenant("/clock/advance", "POST", {"by": "PT2H"})
        self.sees("#now", "11:00:00")
        fork = self.of_tenant("/fork", "POST", {})
        self.tab.until(f"document.querySelector('option[value=\"{fork['id']}\"]') != null")
        self.simulator.control("DELETE", f"/tenants/{fork['id']}")
        self.tab.until(f"document.querySelector('option[value=\"{fork['id']}\"]') == null")

    def test_a_tenant_is_forked_kept_and_reset(self):
        """Fork, show it, drop it; a snapshot is kept and restored; a reset is asked for twice"""
        before = self.tab.value("document.querySelectorAll('#tenant option').length")
        self.tab.click("#fork")
        self.sees("#said", "Forked")
        self.tab.until(f"document.querySelectorAll('#tenant option').length > {before}")
        label = self.tab.value("[...document.querySelectorAll('#tenant option')].at(-1).innerText")
        self.view("tenants")
        self.click_named(f"Show {label}")
        self.tab.until(f"document.querySelector('#tenant').selectedOptions[0].innerText == {json.dumps(label)}")
        self.click_named(f"Drop {label}")
        self.confirm()
        self.sees("#said", f"Dropped {label}")
        self.choose()
        self.tab.click("#snapshots")
        self.tab.fill("#snapshot-name", "before")
        self.tab.press("Enter", 13)
        self.sees("dialog", "before")
        self.tab.press("Escape", 27)
        self.tab.click("[data-by=PT1H]")
        self.sees("#now", "10:00:00")
        self.tab.click("#snapshots")
        self.click_named("Restore before", "dialog")
        self.sees("#now", "09:00:00")
        self.tab.click("[data-by=P1D]")
        self.sees("#now", "2026-11-25")
        self.tab.click("#reset")
        self.confirm()
        self.sees("#now", "2026-11-24")

    def test_requests_appear_with_what_mends_them(self):
        """A request appears as it is answered; a refused one says why, and what to do; filters, pause, clear"""
        self.assertEqual(self.ask("/api/v1/alerts/", self.api_token), 200)
        self.assertEqual(self.ask("/api/v1/alerts/"), 401)
        self.assertEqual(self.ask("/api/v1/alert/", self.api_token), 404)
        rows = "document.querySelectorAll('#log tbody tr').length"
        self.tab.until(f"{rows} == 3")
        self.sees("#log", "the Authorization header is missing")
        self.tab.click("[name=unmatched]")
        self.tab.until(f"{rows} == 1")
        self.sees("#log", "/api/v1/alert/")
        self.tab.click("[name=unmatched]")
        self.tab.click("[name=refused]")
        self.tab.until(f"{rows} == 2")
        self.tab.fill("[name=text]", "missing")
        self.tab.until(f"{rows} == 1")
        self.tab.click("#log tbody .path")
        self.sees("dialog [data-advice]", "What to do")
        self.tab.press("Escape", 27)
        self.tab.until("document.querySelector('dialog') == null")
        self.tab.until("document.activeElement.matches('#log .path')")
        self.tab.value("document.querySelector('#filters').reset()")
        self.tab.click("#pause")
        self.ask("/api/v1/activities/")
        self.sees("#pause", "Go on (1)")
        self.tab.click("#pause")
        self.tab.until(f"{rows} == 4")
        self.tab.click("#clear")
        self.confirm()
        self.sees("#log-empty", "No client has sent anything yet")

    def test_markup_in_a_request_stays_text(self):
        """What a client sends is shown as it is, and becomes no element of the page"""
        markup = "<img src=x onerror=alert(1)>"
        self.ask("/api/v1/alerts/", self.api_token, {"filters": {markup: {"eq": 1}}})
        self.sees("#log", markup)
        self.tab.click("#log tbody .path")
        self.sees("dialog", markup)
        self.assertEqual(self.tab.value("document.querySelectorAll('#log img, dialog img').length"), 0)

    def test_a_fault_is_added_and_removed(self):
        """A fault from the form is met by a client and counted; one as JSON, one that can't be read; chaos; all removed"""
        self.view("faults")
        self.tab.fill("#fault-path", "/api/v1/alerts/**")
        self.tab.fill("#fault-times", "1")
        self.tab.fill("#fault-name", "too-many")
        self.click_named("Add the fault")
        self.sees("#fault-list", "too-many")
        self.assertEqual(self.ask("/api/v1/alerts/", self.api_token), 429)
        self.tab.until("document.querySelector('[data-fault=too-many]').innerText.includes('used up')")
        script = "(one => {{ one.value = {}; one.dispatchEvent(new Event('input', {{bubbles: true}})) }})"
        script += "(document.getElementById('fault-json'))"
        self.tab.value(script.format(json.dumps('{"efect": 1}')))
        self.click_named("Add the fault")
        self.tab.until("document.getElementById('fault-json').validationMessage.includes('efect')")
        gone = {"id": "gone", "effect": {"respond": {"status": 503}}}
        self.tab.value(script.format(json.dumps(json.dumps(gone))))
        self.click_named("Add the fault")
        self.sees("#fault-list", "gone")
        self.assertEqual(self.ask("/api/v1/alerts/", self.api_token), 503)
        self.click_named("Remove gone")
        self.tab.until("document.querySelector('[data-fault=gone]').innerText.includes('removed')")
        self.assertEqual(self.ask("/api/v1/alerts/", self.api_token), 200)
        self.tab.click("[data-level=mild]")
        self.tab.until("Number(document.getElementById('fault-count').innerText) > 0")
        self.tab.click("#remove-faults")
        self.confirm()
        self.tab.until("document.getElementById('fault-count').hidden")

    def test_connections_are_disturbed(self):
        """A fault of the server is listed and removed"""
        self.view("faults")
        self.tab.fill("[name=host]", "elsewhere.example")
        self.click_named("Disturb connections")
        self.sees("#server-faults", "elsewhere.example")
        name = self.tab.value("document.querySelector('#server-faults strong').innerText")
        self.click_named(f"Remove {name}")
        self.tab.until("document.querySelector('#server-faults').childElementCount == 0")
        self.assertEqual(self.simulator.control("GET", "/faults")["faults"], [])

    def test_a_scenario_is_started_and_stopped(self):
        """A shipped scenario says what happens; its steps are given as the clock moves; it is stopped"""
        self.view("scenarios")
        self.tab.until("document.querySelectorAll('#shipped > li').length > 1")
        shipped = self.simulator.control("GET", "/scenarios")["scenarios"]
        chosen = next(one for one in shipped if one.get("parameters"))
        self.tab.fill("#scenario-search", chosen["name"])
        self.sees("#shipped", chosen["notice"].replace("`", ""))
        self.click_named(f"Start {chosen['name']}")
        self.tab.click("dialog [type=submit]")
        self.sees("#runs", chosen["name"])
        run = self.of_tenant("/scenarios")["scenarios"][0]
        self.assertEqual(run["name"], chosen["name"])
        last = max(step["at"] for step in run["steps"])
        if last > self.of_tenant("/clock")["now"]:
            self.simulator.control("PATCH", f"/tenants/{self.tenant['id']}/clock", {"now": last})
        count = len(run["steps"])
        self.sees("#runs", f"{count} of {count} step")
        self.click_named(f"Stop {chosen['name']}")
        self.sees("#runs", "stopped")
        self.assertIn("stopped", self.of_tenant("/scenarios")["scenarios"][0])

    def test_the_truth_opens(self):
        """The storylines are listed, and one that is opened shows the alerts that belong to it"""
        self.view("truth")
        story = next(one for one in self.of_tenant("/truth")["storylines"] if one["alerts"])
        self.tab.click(f"[data-storyline={story['storyline']}] summary")
        self.sees(f"[data-storyline={story['storyline']}]", story["alerts"][0])
        self.sees(f"[data-storyline={story['storyline']}]", story["user"]["upn"])


class Looks(Console):
    """How it looks, and whether everybody can use it."""

    def fill_with_life(self):
        """Something to look at in each view."""
        self.ask("/api/v1/alerts/", self.api_token)
        self.ask("/api/v1/alerts/")
        self.ask("/api/v1/alert/", self.api_token)
        self.of_tenant("/faults", "POST", {"id": "slow", "effect": {"latency": {"fixed": "2s"}}})
        shipped = self.simulator.control("GET", "/scenarios")["scenarios"]
        self.of_tenant("/scenarios", "POST", {"name": shipped[0]["name"]})

    def each(self, prepare):
        """Every view in every window, light and dark, once `prepare` was called in it."""
        for window, width, height in WINDOWS:
            for scheme in ["light", "dark"]:
                self.tab.looks(width, height, scheme)
                for view in VIEWS:
                    self.view(view)
                    prepare(view)
                    yield f"console-{view}-{window}-{scheme}", view

    @unittest.skipUnless(node() >= OLDEST, "there is no Node to install from")
    def test_nobody_is_kept_out(self):
        """axe-core finds nothing serious in any view or dialog, light or dark, wide or narrow"""
        install()
        axe = (MODULES / "axe-core" / "axe.min.js").read_text()
        # What the test brings along makes elements from text, which the page itself may not.
        self.tab.call("Page.setBypassCSP", enabled=True)
        self.tab.go(f"{self.simulator.url}/_mock/ui")
        self.choose()
        self.fill_with_life()
        self.tab.value(f"{axe}; typeof axe")
        opened = {
            "requests": "#log tbody tr[data-bad] .path",
            "faults": "#remove-faults:not(:disabled)",
            "tenants": "#snapshots",
        }
        ready = {
            "requests": "document.querySelectorAll('#log tbody tr').length >= 3",
            "faults": "document.querySelector('[data-fault=slow]') != null",
            "scenarios": "document.querySelector('#shipped > li') && document.querySelector('[data-run]')",
            "truth": "document.querySelector('[data-storyline]') != null",
            "tenants": "document.querySelectorAll('#tenant-list tbody tr').length > 1",
        }
        for name, view in self.each(lambda view: self.tab.until(ready[view])):
            with self.subTest(name):
                self.assertEqual(self.tab.value(AXE), [])
                if view in opened:
                    self.tab.value(f"document.querySelector({json.dumps(opened[view])}).click()")
                    self.tab.until("document.querySelector('dialog[open]') != null")
                    self.assertEqual(self.tab.value(AXE), [], f"dialog of {name}")
                    self.tab.value("document.querySelector('dialog').close()")
                    self.tab.until("document.querySelector('dialog') == null")

    def test_every_view_fits_its_window(self):
        """Nothing sticks out to the side, and every view is as it should be shown"""
        self.fill_with_life()
        for name, view in self.each(lambda view: None):
            with self.subTest(name):
                self.tab.sees(self.tab.value(f"document.getElementById('{view}-heading').innerText"), name)
                self.tab.until("document.documentElement.scrollWidth <= innerWidth")

    def test_the_keyboard_is_enough(self):
        """The skip link comes first; a dialog takes the focus, keeps it and gives it back; Escape closes it"""
        self.ask("/api/v1/alerts/")
        self.tab.until("document.querySelector('#log .path') != null")
        self.tab.value("document.activeElement.blur()")
        self.tab.press("Tab", 9)
        self.tab.until("document.activeElement.matches('.skip')")
        self.tab.press("Enter", 13)
        self.tab.until("document.activeElement.id == 'content'")
        for _ in range(20):
            self.tab.press("Tab", 9)
            if self.tab.value("document.activeElement.matches('#log .path')"):
                break
        self.tab.press("Enter", 13)
        self.tab.until("document.querySelector('dialog[open]')?.contains(document.activeElement)")
        for _ in range(8):
            self.tab.press("Tab", 9)
            inside = "document.activeElement == document.body || document.querySelector('dialog').contains(document.activeElement)"
            self.assertTrue(self.tab.value(inside))
        self.tab.press("Escape", 27)
        self.tab.until("document.querySelector('dialog') == null && document.activeElement.matches('#log .path')")


@unittest.skipUnless(PROGRAM, "there is no chromium")
class BeyondLoopback(SimulatorCase):
    """A server that asks for the operator's token."""

    arguments = ("--freeze", "--size", "tiny", "--listen", "0.0.0.0:0")

    def test_the_token_is_asked_for_once(self):
        """The page is there for everybody; it asks for the token, again if it is wrong, and then shows the tenants"""
        chromium = Chromium(self.simulator.port)
        self.addCleanup(chromium.stop)
        tab = chromium.tab()
        tab.go(f"https://localhost:{self.simulator.port}/_mock/ui")
        tab.sees("The operator's token")
        for token, seen in [("wrong", "does not take that token"), (self.simulator.token, "Contoso")]:
            tab.until("document.querySelector('#operator-token') != null")
            tab.fill("#operator-token", token)
            tab.press("Enter", 13)
            tab.sees(seen)
        tab.until("document.querySelector('#tenant').value != ''")
        tab.call("Page.reload")
        tab.until("document.querySelector('#tenant').value != '' && document.querySelector('dialog') == null")
