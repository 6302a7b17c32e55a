"""A real browser without a window, driven over a pipe by the DevTools protocol.

Source: <https://chromedevtools.github.io/devtools-protocol/>.
"""

import base64
import fcntl
import hashlib
import json
import os
import select
import shutil
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from support import PATIENCE

PROGRAM = next((found for name in ["chromium", "chromium-browser"] if (found := shutil.which(name))), None)

# Where pictures of the pages are kept, if anybody wants to look at them.
PICTURES = os.environ.get("MOCK_DEFENDER_SCREENSHOTS")

# Nothing but pages of this machine is looked for, and nothing asks whether it may.
SWITCHES = ["--headless=new", "--no-first-run", "--no-default-browser-check", "--disable-gpu"]
SWITCHES += ["--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]
SWITCHES += ["--disable-sync", "--password-store=basic", "--remote-debugging-pipe"]
SWITCHES += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--window-size=900,900"]

# How often, in seconds, a page is asked whether it has come so far.
POLL = 0.02


class Gone(Exception):
    """The page was left, or closed, while it was asked."""


class Chromium:
    """A browser that trusts the simulator on `port`, and may withhold cookies in frames of other sites."""

    def __init__(self, port, cookies_in_frames=True, proxy=None):
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        preferences = Path(self._profile.name) / "Default" / "Preferences"
        preferences.parent.mkdir()
        preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0 if cookies_in_frames else 1}}))
        theirs, self._to = os.pipe()
        self._from, mine = os.pipe()
        # The browser reads from 3 and writes to 4; the shell moves them there from numbers out of the way.
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 50) for end in [theirs, mine]]
        command = [PROGRAM, *SWITCHES, f"--user-data-dir={self._profile.name}"]
        command += [f"--ignore-certificate-errors-spki-list={self._key_of(port)}"]
        command += [f"--proxy-server={proxy}"] if proxy else []
        # Root has no sandbox.
        command += ["--no-sandbox"] if os.geteuid() == 0 else []
        shell = ["bash", "-c", f'exec "$@" 3<&{high[0]} 4>&{high[1]}', "bash", *command, "about:blank"]
        self._process = subprocess.Popen(
            shell, pass_fds=high, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for end in [theirs, mine, *high]:
            os.close(end)
        self._unread, self._number, self.events = b"", 0, []
        self.call("Target.setDiscoverTargets", discover=True)

    @staticmethod
    def _key_of(port):
        """The digest by which the browser knows the simulator's key."""
        pem = ssl.get_server_certificate(("localhost", port))
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        der = key.public_bytes(serialization.Encoding.DER, form)
        return base64.b64encode(hashlib.sha256(der).digest()).decode()

    def stop(self):
        """Ends it."""
        try:
            self.call("Browser.close")
        except (Gone, OSError):
            pass
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._profile.cleanup()

    def _read(self, until):
        """The next message, if one comes in time."""
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0, until - time.monotonic()))
            if not ready:
                return None
            got = os.read(self._from, 1 << 20)
            if not got:
                raise Gone("the browser")
            self._unread += got
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """Calls a method of the protocol; events that come meanwhile are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while (answer := self._read(until)) is not None:
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise Gone(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)
        raise AssertionError(f"expected an answer to {method} within {PATIENCE} s")

    def pages(self):
        """What the open tabs show, by target."""
        found = self.call("Target.getTargets")["targetInfos"]
        return {one["targetId"]: one for one in found if one["type"] == "page"}

    def tab(self):
        """A tab with cookies of its own."""
        return self._tab_in(self.call("Target.createBrowserContext")["browserContextId"])

    def _tab_in(self, context):
        return Tab(self, self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"])

    def _context_of(self, tab):
        return self.call("Target.getTargetInfo", targetId=tab.target)["targetInfo"]["browserContextId"]

    def beside(self, tab):
        """Another tab with the cookies of this one."""
        return self._tab_in(self._context_of(tab))

    def forget(self, tab):
        """Closes a tab and all that has its cookies."""
        self.call("Target.disposeBrowserContext", browserContextId=self._context_of(tab))

    def opened(self, before):
        """The window that was opened since `before` were the open ones."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if new := set(self.pages()) - set(before):
                return Tab(self, new.pop())
            time.sleep(POLL)
        raise AssertionError("expected a window to be opened")


class Tab:
    """A tab."""

    def __init__(self, browser, target):
        self.browser, self.target = browser, target
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        # A tab behind another works as if it were in front.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def call(self, method, **parameters):
        """Calls a method of the protocol."""
        return self.browser.call(method, self._session, **parameters)

    def value(self, script):
        """What a script of the page's own comes to."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, script):
        """Waits until a script comes to something true, and says what."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                if (found := self.value(script)) not in (None, False, ""):
                    return found
            except (Gone, AssertionError):
                pass
            time.sleep(POLL)
        raise AssertionError(f"expected {script} to become true, on {self.shown()}")

    def shown(self):
        """Address and text of the page."""
        try:
            return self.value("location.href + ': ' + document.title + ': ' + document.body.innerText")
        except (Gone, AssertionError) as gone:
            return repr(gone)

    def go(self, url):
        """Goes to an address as if it had been typed."""
        self.call("Page.navigate", url=url)
        self.until("location.href != 'about:blank' && document.readyState == 'complete'")

    def sees(self, text, picture=None):
        """Waits for a page that says so, and takes its picture."""
        self.until(f"document.readyState == 'complete' && document.body.innerText.includes({json.dumps(text)})")
        if picture and PICTURES:
            data = self.call("Page.captureScreenshot", format="png")["data"]
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            (Path(PICTURES) / f"{picture}.png").write_bytes(base64.b64decode(data))

    def looks(self, width, height, scheme):
        """Shows the page in a window of this size, in `light` or `dark`."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def close(self):
        """Closes it, as who clicks its cross."""
        self.browser.call("Target.closeTarget", targetId=self.target)

    def buttons(self):
        """The names of the buttons, as assistive technology reads them."""
        self.call("Accessibility.enable")
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] == "button"]
        return [node["name"]["value"] for node in shown]

    def click(self, selector):
        """Clicks with the mouse in the middle of what the selector finds."""
        self.click_what(f"document.querySelector({json.dumps(selector)})")

    def click_what(self, found):
        """Clicks with the mouse in the middle of what the script finds, once it is there."""
        # Found and measured in one go: a page may put another element in its place at any time. And twice: a page that
        # has just come may still scroll to the field that has the focus.
        script = "(found => { if (!found) return null; found.scrollIntoView({block: 'center'});"
        script += " const r = found.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })"
        place, before = self.until(f"{script}({found})"), None
        while place != before:
            time.sleep(POLL)
            place, before = self.until(f"{script}({found})"), place
        x, y = place
        for kind in ["mousePressed", "mouseReleased"]:
            event = {"x": x, "y": y, "button": "left", "clickCount": 1}
            self.call("Input.dispatchMouseEvent", type=kind, **event)

    def press(self, key, code):
        """Presses a key."""
        text = {"text": {"Enter": "\r"}.get(key, key)} if key in ["Enter", " "] else {}
        for kind in ["keyDown", "keyUp"]:
            pressed = {"key": key, "windowsVirtualKeyCode": code} | (text if kind == "keyDown" else {})
            self.call("Input.dispatchKeyEvent", type=kind, **pressed)

    def type(self, text):
        """Types into whatever has the focus."""
        self.call("Input.insertText", text=text)

    def fill(self, selector, text):
        """Types into a field."""
        self.click(selector)
        self.type(text)
