"""Reads alerts by windows of time, from some time before the bookmark up to now."""

from collections.abc import Iterator

from connector import OVERLAP, Connector, Page, main, moments

# Length of a window, in milliseconds.
WINDOW = OVERLAP


class ByWindow(Connector):
    """Window after window, both bounds included; the last one is open, so that nothing is too new for it.

    What time it is, nobody asks the clock of this machine: windows go from the oldest alert to the newest.
    """

    def pages(self, since: int | None) -> Iterator[Page]:
        """Everything since then."""
        first, last = (self.outermost(direction) for direction in ("asc", "desc"))
        start = max((moment for moment in (since, first) if moment is not None), default=0)
        while last is not None and start + WINDOW < last:
            yield from self.list.by_skip({"date": {"gte": start, "lte": start + WINDOW}})
            start += WINDOW
        yield from self.list.by_skip({"date": {"gte": start}})

    def outermost(self, direction: str) -> int | None:
        """The time of the oldest or newest alert, if there is any."""
        return min(moments(self.list.page({}, limit=1, sortDirection=direction).alerts), default=None)


if __name__ == "__main__":
    main(ByWindow)
