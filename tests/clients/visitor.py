"""Somebody at a browser who is a program: answers the pages of the simulator by plain HTTP."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from support import PATIENCE

# What the simulated authenticator always shows.
MFA_CODE = "123456"

# No sign-in sends a browser from page to page so often.
MOST_REDIRECTS = 10


class Form(HTMLParser):
    """What a page asks: the form, its fields and buttons, and the text beside it."""

    def __init__(self, html):
        super().__init__()
        self.title = self.action = ""
        self.fields, self.buttons, self.said = {}, [], []
        self._inside = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.action = attributes.get("action", "")
        elif tag == "input" and attributes.get("type") != "checkbox":
            self.fields[attributes["name"]] = attributes.get("value") or ""
        elif tag == "button" and "name" in attributes:
            self.buttons.append((attributes["name"], attributes.get("value")))
        if tag in ("title", "style", "script"):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data):
        if "title" in self._inside:
            self.title += data
        elif not self._inside and data.strip():
            self.said.append(data.strip())


class Seen:
    """Where the browser is: on a page, or sent away to `landed`."""

    def __init__(self, visitor, response, landed=None):
        self.visitor, self.response, self.landed = visitor, response, landed
        self.form = Form("" if landed else response.text)
        self.title, self.text = self.form.title, " ".join(self.form.said)

    def __repr__(self):
        return f"{self.landed or self.title + ': ' + self.text!r} ({self.response.status_code})"

    @property
    def given(self):
        """The parameters of an answer to an application, in whichever way it was sent."""
        if self.landed is None:
            return {name: value for name, value in self.form.fields.items() if name != "flowToken"}
        parts = urlsplit(self.landed)
        return dict(parse_qsl(parts.fragment or parts.query, keep_blank_values=True))

    def answer(self, step, **fields):
        """Presses the button `step` after these fields have been filled in."""
        assert self.form.action, f"expected a page with a form, got {self!r}"
        name = "account" if ("account", step) in self.form.buttons else "step"
        return self.visitor.post(self.form.action, self.form.fields | fields | {name: step})

    def sign_in(self, user, **fields):
        """Gives name and password at once."""
        return self.answer("password", login=user["upn"], passwd=user["password"], **fields)


class Visitor:
    """A browser with its cookies."""

    def __init__(self, ca, **options):
        self.session = requests.Session()
        self.session.verify = str(ca)
        self.session.trust_env = False
        for name, value in options.items():
            setattr(self.session, name, value)

    def close(self):
        """Forgets the cookies."""
        self.session.close()

    def open(self, url, **parameters):
        """Goes to an address, with these parameters behind it."""
        if parameters:
            url += ("&" if "?" in url else "?") + urlencode(parameters)
        return self._go("GET", url)

    def post(self, url, fields):
        """Posts a form."""
        return self._go("POST", url, fields)

    def _go(self, method, url, fields=None):
        for _ in range(MOST_REDIRECTS):
            response = self.session.request(
                method, url, data=fields, allow_redirects=False, timeout=PATIENCE
            )
            if not response.is_redirect:
                return Seen(self, response)
            to = urljoin(url, response.headers["Location"])
            # Whatever is not the simulator's own is the application's.
            if urlsplit(to)[:2] != urlsplit(url)[:2] or "nativeclient" in to:
                return Seen(self, response, to)
            method, url, fields = "GET", to, None
        raise AssertionError(f"expected fewer than {MOST_REDIRECTS} redirects, the last to {url}")
