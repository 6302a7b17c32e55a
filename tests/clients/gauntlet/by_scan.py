"""Reads alerts as collectors scan: newest first, each page up to where the one before ended (`date.lte`)."""

from collections.abc import Iterator
from typing import Any

from connector import PAGE, Connector, Page, Progress, main, moments


class ByScan(Connector):
    """One scan down to some time before the bookmark. New alerts come on top meanwhile, and move nothing below."""

    def pages(self, since: int | None) -> Iterator[Page]:
        """Everything since then.

        A page ends anywhere within a millisecond, so the next one begins with that very millisecond. If that holds
        nothing but one millisecond either, `skip` goes on within it.
        """
        date: dict[str, Any] = {} if since is None else {"gte": since}
        skip, progress = 0, Progress()
        while True:
            filters = {"date": date} if date else {}
            page = self.list.page(filters, skip=skip, isScan=True, sortDirection="desc")
            yield page
            if progress.ends_with(page):
                return
            edge = self.edge(page)
            if edge is None or edge == date.get("lte"):
                skip += PAGE
            else:
                date, skip = date | {"lte": edge}, 0

    def edge(self, page: Page) -> int | None:
        """Up to when the next page reads: as the service says, or as the page ends."""
        told = page.next_filters.get("date", {}).get("lte")
        return told if isinstance(told, int) else min(moments(page.alerts), default=None)


if __name__ == "__main__":
    main(ByScan)
