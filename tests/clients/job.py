"""A job such as customers write: sign in, read everything, close an alert.

Nothing here knows of the simulator. Where to sign in and where to ask is told to it, as an administrator would write
it into a configuration; certificates and proxies come from the environment, as everywhere.
"""

import msal
import requests

# The application id of the Cloud Apps API.
RESOURCE = "05a65629-4c1b-48c1-a78b-804c4abdd4af"

# Records per page, and how far `skip` reaches.
PAGE = 100
DEEPEST = 5_000


def sign_in(authority, client_id, secret, **options):
    """What MSAL gets for an application: a token, or why there is none."""
    app = msal.ConfidentialClientApplication(
        client_id, client_credential=secret, authority=authority, **options
    )
    return app.acquire_token_for_client([f"{RESOURCE}/.default"])


class CloudApps:
    """A client of the Cloud Apps API."""

    def __init__(self, url, authorization):
        self._url = url
        self._session = requests.Session()
        self._session.headers["Authorization"] = authorization

    def close(self):
        """Gives its connections back."""
        self._session.close()

    def ask(self, method, path, body=None):
        """The answer to one request, whatever it is."""
        return self._session.request(method, f"{self._url}/api/v1/{path}", json=body, timeout=60)

    def get(self, path):
        """One record."""
        response = self.ask("GET", path)
        response.raise_for_status()
        return response.json()

    def page(self, resource, **request):
        """One page of a list."""
        response = self.ask("POST", f"{resource}/", request)
        response.raise_for_status()
        return response.json()

    def by_skip(self, resource, filters):
        """Pages of a list, newest first, as far as `skip` reaches."""
        for skip in range(0, DEEPEST + 1, PAGE):
            page = self.page(resource, filters=filters, skip=skip, limit=PAGE)
            yield page
            if not page["hasNext"]:
                return

    def alerts(self):
        """Every alert, newest first."""
        for page in self.by_skip("alerts", {}):
            yield from page["data"]

    def activities(self):
        """Every activity, newest first: where `skip` ends, a window up to the last date begins.

        Records of that very millisecond come again with the next window, and are left out there.
        """
        filters, known = {}, set()
        while True:
            edge, at_edge = None, set()
            for page in self.by_skip("activities", filters):
                for record in page["data"]:
                    if record["timestamp"] != edge:
                        edge, at_edge = record["timestamp"], set()
                    at_edge.add(record["_id"])
                    if record["_id"] not in known:
                        yield record
                if not page["hasNext"]:
                    return
            filters, known = {"date": {"lte": edge}}, at_edge
