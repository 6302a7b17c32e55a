"""Connectors with one planted fault each: a careful one, but for one thing. `python planted.py NAME` runs a round.

Where the overlap of rounds or pages would mend what the fault breaks, the connector goes without, as those do that have
such faults.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import urllib3
from by_scan import ByScan
from by_skip import BySkip
from connector import (
    MOST_EMPTY,
    PAGE,
    Alert,
    Alerts,
    Answer,
    ClientCredentials,
    Connector,
    GiveUp,
    Page,
    Store,
    Transport,
    main,
    moments,
)

PLANTED: dict[str, type[Connector]] = {}

PARTS = {Transport: "transport", ClientCredentials: "credentials", Alerts: "lister", Store: "store"}


def planted(base: type[Connector] = BySkip) -> Callable[[type[Any]], type[Any]]:
    """Makes a connector of a faulty part, named as the class is: `base` with this part in place of its own."""

    def plant(faulty: type[Any]) -> type[Any]:
        words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in faulty.__name__)
        part = {name: faulty for kind, name in PARTS.items() if issubclass(faulty, kind)}
        PLANTED[words.removeprefix("-")] = type(faulty.__name__, (base,), part) if part else faulty
        return faulty

    return plant


# Bases: connectors that have no overlap to mend what they miss.


class PlainPages(Alerts):
    """Pages follow each other without overlap."""

    direction = "asc"

    def by_skip(self, filters: dict[str, Any]) -> Iterator[Page]:
        """Page after page."""
        skip, idle, more = 0, 0, True
        while more and idle < MOST_EMPTY:
            page = self.page(filters, skip=skip, sortDirection=self.direction)
            yield page
            skip, idle = skip + PAGE, 0 if page.alerts else idle + 1
            more = self.goes_on(page, skip)

    def goes_on(self, page: Page, skip: int) -> bool:
        """There is another page from here on."""
        del skip
        return page.has_next


class NewestFirst(PlainPages):
    """From the newest alert to the oldest: what is missed is behind the bookmark."""

    direction = "desc"


class FromBookmark(BySkip):
    """A round begins with the instant of the bookmark."""

    lister = PlainPages

    def since(self) -> int | None:
        return self.kept.bookmark


class NewestFromBookmark(BySkip):
    """A round begins some minutes before the bookmark."""

    lister = NewestFirst

    def since(self) -> int | None:
        return None if self.kept.bookmark is None else self.kept.bookmark - 600_000


# How it waits.


@planted()
class IgnoresRetryAfter(Transport):
    """It comes back when it likes."""

    def told(self, answer: Answer) -> float | None:
        return None

    def pause(self, answer: Answer | None, attempt: int) -> float:
        return super().pause(None, attempt)


@planted()
class ReadsRetryAfterAsMilliseconds(Transport):
    """As if the header were one of those that end with `-ms`."""

    def told(self, answer: Answer) -> float | None:
        told = super().told(answer)
        return None if told is None else told / 1_000


@planted()
class ReadsRetryAfterAsWholeSeconds(Transport):
    """Any other form of it ends the connector."""

    def told(self, answer: Answer) -> float | None:
        header = answer.headers.get("retry-after")
        return super().told(answer) if header is None else int(header)


@planted()
class RetriesWithoutBackoff(Transport):
    """Unless it is told to wait, it asks again at once."""

    def attempts(self) -> int:
        return 12

    def pause(self, answer: Answer | None, attempt: int) -> float:
        return 0


@planted()
class RetriesForever(Transport):
    """It never says that it can't go on."""

    def attempts(self) -> int:
        return sys.maxsize

    def pause(self, answer: Answer | None, attempt: int) -> float:
        return super().pause(answer, min(attempt, 10))


@planted()
class HasNoTimeOut(Transport):
    """It waits as long as the connection stands."""

    def once(self, method: str, url: str, **options: Any) -> Answer:
        response = self.session.request(method, url, **{"allow_redirects": False} | options)
        return Answer(response.status_code, response.headers, response.text)


# What it gives up on.


@planted()
class GivesUpOnTheFirstServerError(Transport):
    """One bad moment of the service ends the round."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        if answer.status_code >= 500:
            raise GiveUp(f"status {answer.status_code}")
        return super().trouble(answer, lacks)


@planted()
class TakesNotFoundAsFatal(Transport):
    """As if the list were gone for good."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        return None if answer.status_code == 404 else super().trouble(answer, lacks)


@planted()
class NeverRetriesABrokenConnection(Transport):
    """Only what has a status is tried again."""

    def once(self, method: str, url: str, **options: Any) -> Answer:
        try:
            return super().once(method, url, **options)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            raise GiveUp(str(error)) from error


@planted()
class FollowsNoRedirect(Transport):
    """It takes a change of address for a refusal."""

    def follow(self, method: str, url: str, **options: Any) -> Answer:
        return self.once(method, url, **options)


@planted()
class EndsWellWhateverHappens(BySkip):
    """Nobody learns that it could not go on."""

    def round(self) -> None:
        try:
            super().round()
        except GiveUp:
            pass


# Its token.


@planted(ByScan)
class NeverRenewsItsToken(ClientCredentials):
    """One token for a round, whatever the service says of it."""

    def renew(self) -> None:
        pass


@planted(ByScan)
class GivesUpOnTheFirstRefusedToken(Alerts):
    """It takes any 401 for the end."""

    def ask(self, body: dict[str, Any]) -> Answer:
        answer = self.send(body)
        if answer.status_code != 200:
            raise GiveUp(f"status {answer.status_code}")
        return answer


@planted(ByScan)
class CachesItsTokenOnDisk(ClientCredentials):
    """One token for all rounds, as long as the clock of this machine lets it."""

    def acquire(self) -> dict[str, Any]:
        cache = Path("token.json")
        if cache.exists() and (kept := json.loads(cache.read_text()))["ends"] > time.time():
            return kept["answer"]
        answer = super().acquire()
        if "access_token" in answer:
            cache.write_text(json.dumps({"answer": answer, "ends": time.time() + answer["expires_in"]}))
        return answer


@planted(ByScan)
class GetsTokensForEver(Alerts):
    """As long as a token is refused, it gets another one."""

    def ask(self, body: dict[str, Any]) -> Answer:
        for _ in range(20):
            answer = self.send(body)
            if answer.status_code != 401:
                break
            self.credentials.renew()
            time.sleep(0.25)
        return super().ask(body) if answer.status_code != 200 else answer


@planted(ByScan)
class SignsInOnce(Transport):
    """What fails at the token endpoint is not tried again."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        if lacks is self.lacks and answer.status_code != 200:
            raise GiveUp(f"no token: status {answer.status_code}")
        return super().trouble(answer, lacks)


# Where it ends.


@planted(NewestFromBookmark)
class TrustsTotal(NewestFirst):
    """It reads as many alerts as `total` says."""

    total = 0

    def read(self, answer: Answer) -> Page:
        self.total = answer.json().get("total", 0)
        return super().read(answer)

    def goes_on(self, page: Page, skip: int) -> bool:
        return skip < self.total


@planted(NewestFromBookmark)
class ReadsOnePageOnly(NewestFirst):
    """The newest alerts will do."""

    def page(self, filters: dict[str, Any], **request: Any) -> Page:
        return super().page(filters, **request | {"limit": 2 * PAGE})

    def goes_on(self, page: Page, skip: int) -> bool:
        return False


@planted(NewestFromBookmark)
class StopsAtAShortPage(NewestFirst):
    """It takes it for the last one, whatever `hasNext` says."""

    def page(self, filters: dict[str, Any], **request: Any) -> Page:
        return self.read(self.ask({"filters": filters, "limit": PAGE, "sortField": "date"} | request))

    def goes_on(self, page: Page, skip: int) -> bool:
        return len(page.alerts) >= PAGE


@planted(FromBookmark)
class GoesOnAsLongAsItIsToldTo(PlainPages):
    """Even if nothing comes."""

    def by_skip(self, filters: dict[str, Any]) -> Iterator[Page]:
        skip, more = 0, True
        while more:
            self.transport.sent = 0
            answer = self.ask({"filters": filters, "limit": PAGE, "skip": skip, "sortDirection": "asc"})
            yield self.read(answer)
            skip, more = skip + PAGE, answer.json()["hasNext"]
            time.sleep(0.1)


@planted()
class StopsAtTheFirstKnownAlert(BySkip):
    """Behind an alert that it has it expects nothing new."""

    lister = NewestFirst

    def pages(self, since: int | None) -> Iterator[Page]:
        for page in super().pages(since):
            known = [place for place, alert in enumerate(page.alerts) if not self.kept.is_new(alert)]
            yield Page(page.alerts[: known[0]] if known else page.alerts, page.has_next)
            if known:
                return


# How it reads an answer.


class KnownSeverity(IntEnum):
    """Those of the documentation."""

    LOW, MEDIUM, HIGH, INFORMATIONAL = 0, 1, 2, 3


@planted()
class KnowsDocumentedValuesOnly(Store):
    """Any other severity ends the connector."""

    def is_new(self, alert: Alert) -> bool:
        KnownSeverity(alert["severityValue"])
        return super().is_new(alert)


@planted()
class KnowsDocumentedMembersOnly(Store):
    """Any other member of an alert ends the connector."""

    known = frozenset(
        "_id contextId description entities evidence idValue intent isMarkdown isPreview isSystemAlert "
        "resolutionStatusValue severityValue statusValue stories threatScore threatScoreReasoning timestamp title URL "
        "comment handledByUser resolveTime".split()
    )

    def is_new(self, alert: Alert) -> bool:
        if unknown := alert.keys() - self.known:
            raise TypeError(f"unexpected {sorted(unknown)}")
        return super().is_new(alert)


@planted()
class NeedsEveryMember(Store):
    """One that is missing ends the connector."""

    def is_new(self, alert: Alert) -> bool:
        alert["description"].strip()
        return super().is_new(alert)


class NoStatus(Transport):
    """Takes any status for 200."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        return self.lacks(answer)


@planted()
class ReadsTheBodyBeforeTheStatus(NewestFromBookmark):
    """An error has no alerts, so there are none."""

    transport = NoStatus

    class Lister(NewestFirst):
        """Takes what there is."""

        def ask(self, body: dict[str, Any]) -> Answer:
            return self.send(body)

        def read(self, answer: Answer) -> Page:
            page = answer.json()
            return Page(page.get("data", []), page.get("hasNext", False))

    lister = Lister


@planted()
class TakesEverythingForJson(Transport):
    """Anything else ends the connector."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        json.loads(answer.text)
        return super().trouble(answer, lacks)


@planted()
class InsistsOnTheContentType(Transport):
    """What does not call itself JSON is none."""

    def trouble(self, answer: Answer, lacks: Callable[[Answer], str | None]) -> str | None:
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return "no JSON"
        return super().trouble(answer, lacks)


@planted(NewestFromBookmark)
class TakesABrokenAnswerForAnEmptyList(NewestFirst):
    """What can't be read has no alerts."""

    @staticmethod
    def lacks(answer: Answer) -> str | None:
        return None

    def read(self, answer: Answer) -> Page:
        return super().read(answer) if isinstance(answer.json(), dict) else Page([], False)


# What it keeps.


@planted()
class DoesNotDeduplicate(FromBookmark):
    """Whatever it reads is new, as long as it is behind the bookmark."""

    class Forgetful(Store):
        """Knows no alert again."""

        def is_new(self, alert: Alert) -> bool:
            return True

    store = Forgetful

    def since(self) -> int | None:
        return None if self.kept.bookmark is None else self.kept.bookmark + 1


@planted()
class TakesUpdatesForNewAlerts(Store):
    """An alert that has changed is another one."""

    def is_new(self, alert: Alert) -> bool:
        return self.alerts.get(alert["_id"]) != alert


@planted()
class SkipsLateEvents(FromBookmark):
    """What shows up later than its time is before the bookmark."""


@planted()
class IsStrictAboutEqualTimestamps(FromBookmark):
    """What has the time of the bookmark was read."""

    def since(self) -> int | None:
        return None if self.kept.bookmark is None else self.kept.bookmark + 1


@planted()
class CountsWhatHasArrived(BySkip):
    """Its bookmark is how many alerts it has, as if they were listed in the order in which they arrive."""

    lister = PlainPages

    def pages(self, since: int | None) -> Iterator[Page]:
        more = True
        while more:
            have = len(self.kept.alerts)
            yield self.list.page({}, skip=have, sortDirection="asc")
            more = len(self.kept.alerts) > have


@planted()
class MovesItsBookmarkFirst(NewestFromBookmark):
    """What it has not stored by then it leaves to the next round, which begins behind it."""

    class Once(Transport):
        """Leaves failures to the next round."""

        def attempts(self) -> int:
            return 1

    transport = Once

    def pages(self, since: int | None) -> Iterator[Page]:
        for page in super().pages(since):
            self.kept.move(max([self.kept.bookmark or 0, *moments(page.alerts)]))
            yield page

    def round(self) -> None:
        try:
            super().round()
        except GiveUp:
            pass


if __name__ == "__main__":
    main(PLANTED[sys.argv[1]])
