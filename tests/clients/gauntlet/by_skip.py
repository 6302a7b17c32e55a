"""Reads alerts page by page, with an API token: `skip` and `limit`, oldest first."""

from collections.abc import Iterator

from connector import ApiToken, Connector, Page, main


class BySkip(Connector):
    """One list, from some time before the bookmark to its end."""

    credentials = ApiToken

    def pages(self, since: int | None) -> Iterator[Page]:
        """Everything since then."""
        return self.list.by_skip({} if since is None else {"date": {"gte": since}})


if __name__ == "__main__":
    main(BySkip)
