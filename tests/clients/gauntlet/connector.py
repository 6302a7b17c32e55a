"""What careful connectors have in common: patience with the service, signing in, keeping what they have, and a round.

Nothing here knows of the simulator. Everything that a connector is told comes from its environment, and its state is
in the folder in which it is started. It polls once and ends, as if called by a scheduler: with status 0, or, when it
can't go on, with 3 and a sentence that says why; whatever it has stored until then stays, and the next round goes on
from the bookmark. The id of each alert is printed once, when the alert has been stored.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from re import search
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

# Scope of the Cloud Apps API: its application id, with everything that an administrator has consented to.
SCOPE = "05a65629-4c1b-48c1-a78b-804c4abdd4af/.default"

# Alerts a page. The service gives up to 100; few of them let a small tenant have several pages.
PAGE = 3
# How far before the bookmark a round begins, in milliseconds: alerts show up hours after their time.
OVERLAP = 24 * 3_600_000

# Seconds for a connection, for the next byte, and for a whole answer, which may drip.
TIMEOUTS = (5, 5)
LONGEST_ANSWER = 15
# How often one request is sent, and how many requests a round has.
ATTEMPTS = 6
MOST_REQUESTS = 400
# Seconds of the first pause where the service says nothing: when it has trouble, and when it was asked too much.
TROUBLE, TOO_MUCH = 0.2, 1.0
# Pauses double up to this, and are drawn longer by up to a quarter, so that connectors don't come back all at once.
LONGEST_PAUSE = 8.0
# A longer wait than this is left to the next round.
LONGEST_WAIT = 120.0
# How often a connector is sent on to another address.
MOST_HOPS = 3
# How often a list is begun anew because it moves, or asked again because it says nothing.
MOST_PASSES = 4
MOST_EMPTY = 3

Alert = dict[str, Any]


class GiveUp(Exception):
    """This round can't go on; the message says why."""


@dataclass(frozen=True)
class Settings:
    """Where to sign in and what to ask."""

    url: str
    api_token: str
    authority: str
    client_id: str
    secret: str

    @classmethod
    def from_environment(cls) -> "Settings":
        """As an administrator has written them down."""
        told = os.environ
        host = told.get("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com")
        return cls(
            url=told["MOCK_DEFENDER_URL"].rstrip("/"),
            api_token=told.get("MOCK_DEFENDER_API_TOKEN", ""),
            authority=f"{host.rstrip('/')}/{told.get('AZURE_TENANT_ID', 'organizations')}",
            client_id=told.get("AZURE_CLIENT_ID", ""),
            secret=told.get("AZURE_CLIENT_SECRET", ""),
        )


@dataclass
class Answer:
    """An answer that has come whole. MSAL reads these names."""

    status_code: int
    headers: Any
    text: str

    def json(self) -> Any:
        """Its JSON, or nothing if it has none, whatever it calls itself."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def raise_for_status(self) -> None:
        """As MSAL expects."""
        if self.status_code >= 400:
            raise GiveUp(f"status {self.status_code}: {self.text[:200]}")


class Transport:
    """Sends requests, and has patience with whatever may pass. MSAL is given it, too."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.sent = 0

    def get(self, url: str, **options: Any) -> Answer:
        """As MSAL asks."""
        return self.send("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        """As MSAL asks."""
        return self.send("POST", url, **options)

    def close(self) -> None:
        """As MSAL ends."""
        self.session.close()

    def send(
        self, method: str, url: str, lacks: Callable[[Answer], str | None] | None = None, **options: Any
    ) -> Answer:
        """The answer that counts: whatever can pass has passed, and nothing is missing from what was granted."""
        lacks = lacks or self.lacks
        for attempt in range(self.attempts()):
            try:
                answer = self.follow(method, url, **options)
                trouble = self.trouble(answer, lacks)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                answer, trouble = None, f"{type(error).__name__}: {error}"
            if trouble is None:
                assert answer is not None
                return answer
            self.wait(answer, attempt)
        raise GiveUp(f"{method} {url}: {trouble}, {self.attempts()} times")

    def attempts(self) -> int:
        """How often a request is sent."""
        return ATTEMPTS

    def follow(self, method: str, url: str, **options: Any) -> Answer:
        """The answer of whoever is to be asked: the same request goes to where the service has moved."""
        for _ in range(MOST_HOPS):
            answer = self.once(method, url, **options)
            target = answer.headers.get("location")
            if answer.status_code not in (301, 302, 307, 308) or not target:
                return answer
            target = urljoin(url, target)
            if not is_sister(url, target):
                raise GiveUp(f"{url} leads to {target}, which gets no token")
            url = target
        raise GiveUp(f"{url}: sent on {MOST_HOPS} times")

    def once(self, method: str, url: str, **options: Any) -> Answer:
        """One request, and the whole of its answer within bounded time."""
        self.sent += 1
        if self.sent > MOST_REQUESTS:
            raise GiveUp(f"no end after {MOST_REQUESTS} requests")
        ends = time.monotonic() + LONGEST_ANSWER
        sent = {"timeout": TIMEOUTS, "allow_redirects": False, "stream": True} | options
        with self.session.request(method, url, **sent) as response:
            body = bytearray()
            # Not the usual way, which waits for a whole block however slowly it drips.
            while piece := response.raw.read1(1 << 16, decode_content=True):
                body += piece
                if time.monotonic() > ends:
                    raise TimeoutError(f"the answer takes longer than {LONGEST_ANSWER} s")
        return Answer(response.status_code, response.headers, body.decode("utf-8", errors="replace"))

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        """Why it is worth to ask again, if it is."""
        status = answer.status_code
        if status in (404, 408, 429) or status >= 500:
            return f"status {status}"
        return lacks(answer) if status == HTTPStatus.OK else None

    @staticmethod
    def lacks(answer: Answer) -> str | None:
        """What is missing from an answer: it ought to be an object of JSON."""
        return None if isinstance(answer.json(), dict) else "no JSON"

    def wait(self, answer: Answer | None, attempt: int) -> None:
        """Waits as long as it was told, or longer each time."""
        told = self.told(answer) if answer else None
        if told is not None and told > LONGEST_WAIT:
            raise GiveUp(f"told to wait for {told:.0f} s")
        time.sleep(self.pause(answer, attempt) if told is None else told)

    def told(self, answer: Answer) -> float | None:
        """The seconds that the service says to wait, in whichever way it does."""
        text = answer.headers.get("retry-after", "").strip()
        if search(r"^\d+(\.\d+)?$", text):
            return float(text)
        if text:
            return until(text, answer.headers.get("date"))
        found = search(r"Expected available in (\d+(?:\.\d+)?) second", answer.text)
        return float(found[1]) if found else None

    def pause(self, answer: Answer | None, attempt: int) -> float:
        """The seconds to wait when the service says nothing."""
        first = TOO_MUCH if answer and answer.status_code == HTTPStatus.TOO_MANY_REQUESTS else TROUBLE
        return min(first * 2**attempt, LONGEST_PAUSE) * random.uniform(1, 1.25)


def until(text: str, now: str | None) -> float | None:
    """The seconds to an instant, by the clock of whoever names it."""
    try:
        instant = parsedate_to_datetime(text).timestamp()
        return max(instant - (parsedate_to_datetime(now).timestamp() if now else time.time()), 0)
    except ValueError:
        return None


def is_sister(url: str, other: str) -> bool:
    """Two addresses belong to one service: both encrypted, of one host, or of two below one domain."""
    ours, theirs = urlsplit(url), urlsplit(other)
    domain = [(at.hostname or "").split(".")[-2:] for at in (ours, theirs)]
    return theirs.scheme == "https" and domain[0] == domain[1]


class ApiToken:
    """The token of a user's settings page."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        del transport
        self.token = settings.api_token

    def authorization(self) -> str:
        """The header."""
        return f"Token {self.token}"

    def renew(self) -> None:
        """There is no other; the next request shows whether it is taken."""


class ClientCredentials:
    """Tokens for an application. MSAL keeps one as long as it lasts."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self.settings, self.transport = settings, transport
        self.app: Any = None

    def authorization(self) -> str:
        """The header."""
        answer = self.acquire()
        if token := answer.get("access_token"):
            return f"Bearer {token}"
        raise GiveUp(f"no token: {answer.get('error')}: {answer.get('error_description')}")

    def acquire(self) -> dict[str, Any]:
        """What MSAL gets."""
        import msal  # Takes a while, which those with an API token need not spend.

        try:
            self.app = self.app or msal.ConfidentialClientApplication(
                self.settings.client_id,
                client_credential=self.settings.secret,
                authority=self.settings.authority,
                instance_discovery=False,
                http_client=self.transport,
            )
            return self.app.acquire_token_for_client([SCOPE])
        except ValueError as error:
            raise GiveUp(f"no token: {error}") from error

    def renew(self) -> None:
        """The next token is a new one, whatever the clock here says of the old one."""
        if self.app:
            self.app.remove_tokens_for_client()


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    alerts: list[Alert]
    has_next: bool
    next_filters: dict[str, Any] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Of its alerts."""
        return {alert["_id"] for alert in self.alerts}


class Progress:
    """How far a list was read."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.idle = 0

    def ends_with(self, page: Page) -> bool:
        """There is no page behind this one; or it is said that there is, again and again, and nothing comes."""
        self.idle = self.idle + 1 if page.ids <= self.known else 0
        self.known |= page.ids
        if not page.has_next:
            return True
        if self.idle >= MOST_EMPTY and (page.alerts or not self.known):
            raise GiveUp("the list says that there is more, and does not give it")
        return self.idle >= MOST_EMPTY


class Alerts:
    """The list of alerts."""

    def __init__(self, settings: Settings, transport: Transport, credentials: Any) -> None:
        self.settings, self.transport, self.credentials = settings, transport, credentials

    def page(self, filters: dict[str, Any], **request: Any) -> Page:
        """One page; if it is empty although there is more, it is asked for again some times."""
        for _ in range(MOST_EMPTY):
            page = self.read(self.ask({"filters": filters, "limit": PAGE, "sortField": "date"} | request))
            if page.alerts or not page.has_next:
                break
            time.sleep(TROUBLE)
        return page

    def ask(self, body: dict[str, Any]) -> Answer:
        """The answer that grants what was asked; a token that is not taken is replaced once."""
        answer = self.send(body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self.credentials.renew()
            answer = self.send(body)
        if answer.status_code != HTTPStatus.OK:
            raise GiveUp(f"status {answer.status_code}: {answer.text[:200]}")
        return answer

    def send(self, body: dict[str, Any]) -> Answer:
        """One request as whoever this is."""
        headers = {"Authorization": self.credentials.authorization()}
        url = f"{self.settings.url}/api/v1/alerts/"
        return self.transport.send("POST", url, json=body, headers=headers, lacks=self.lacks)

    @staticmethod
    def lacks(answer: Answer) -> str | None:
        """What is missing from a page. Whatever else it holds is not for us to refuse."""
        page = answer.json()
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            return "no list of alerts"
        whole = all(isinstance(alert, dict) and isinstance(alert.get("_id"), str) for alert in page["data"])
        return None if whole else "an alert without an id"

    def read(self, answer: Answer) -> Page:
        """What a page says. Where it does not say whether there is more, a full page says so."""
        page = answer.json()
        following = page.get("nextQueryFilters")
        has_next = page.get("hasNext", len(page["data"]) >= PAGE)
        return Page(page["data"], bool(has_next), following if isinstance(following, dict) else {})

    def by_skip(self, filters: dict[str, Any]) -> Iterator[Page]:
        """The pages of a list that may move meanwhile.

        Each begins with the last alert of the one before. If it does not, the list has moved, and something may have
        slipped through: then it is read once more from its start.
        """
        for _ in range(MOST_PASSES):
            moved, skip, before, progress = False, 0, set[str](), Progress()
            while not moved:
                page = self.page(filters, skip=skip, sortDirection="asc")
                yield page
                moved = bool(before and page.ids) and before.isdisjoint(page.ids)
                if progress.ends_with(page):
                    break
                before, skip = page.ids, skip + PAGE - 1
            if not moved:
                return


class Store:
    """The alerts that were taken, and up to when. Each change is on the disk before anything builds on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text()) if path.exists() else {}
        self.bookmark: int | None = kept.get("bookmark")
        self.alerts: dict[str, Alert] = kept.get("alerts", {})

    def keep(self, alerts: list[Alert]) -> list[str]:
        """Stores alerts; those that were known already are brought up to date. Returns the ids of the others."""
        new = []
        for alert in alerts:
            if self.is_new(alert):
                new.append(alert["_id"])
            self.alerts[alert["_id"]] = alert
        self.save()
        return new

    def is_new(self, alert: Alert) -> bool:
        """It was not stored before."""
        return alert["_id"] not in self.alerts

    def move(self, bookmark: int) -> None:
        """Moves the bookmark."""
        self.bookmark = bookmark
        self.save()

    def save(self) -> None:
        """Replaces the file as a whole."""
        beside = self.path.with_suffix(".new")
        with beside.open("w") as file:
            json.dump({"bookmark": self.bookmark, "alerts": self.alerts}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)


class Connector:
    """A connector; those that exist say in which pages they read."""

    transport: type[Transport] = Transport
    credentials: type[Any] = ClientCredentials
    lister: type[Alerts] = Alerts
    store: type[Store] = Store

    def __init__(self) -> None:
        settings = Settings.from_environment()
        transport = self.transport()
        self.list = self.lister(settings, transport, self.credentials(settings, transport))
        self.kept = self.store(Path("state.json"))

    def pages(self, since: int | None) -> Iterator[Page]:
        """Everything from this instant on, in milliseconds; or everything."""
        raise NotImplementedError

    def round(self) -> None:
        """Takes what is there; moves the bookmark when all of it is stored."""
        newest = self.kept.bookmark
        for page in self.pages(self.since()):
            self.take(page.alerts)
            newest = max([*moments(page.alerts), *([newest] if newest is not None else [])], default=None)
        if newest is not None:
            self.kept.move(newest)

    def since(self) -> int | None:
        """From when on a round reads."""
        return None if self.kept.bookmark is None else self.kept.bookmark - OVERLAP

    def take(self, alerts: list[Alert]) -> None:
        """Stores alerts, then reports those that are new."""
        for alert in self.kept.keep(alerts):
            print(alert, flush=True)


def moments(alerts: list[Alert]) -> list[int]:
    """When alerts were raised, as far as they say so."""
    return [alert["timestamp"] for alert in alerts if isinstance(alert.get("timestamp"), int)]


def main(connector: type[Connector]) -> NoReturn:
    """One round; the exit status says whether it came to its end."""
    try:
        connector().round()
    except GiveUp as why:
        print(f"can't go on: {why}", file=sys.stderr)
        sys.exit(3)
    sys.exit(0)
