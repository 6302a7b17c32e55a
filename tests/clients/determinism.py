"""Two simulators of one seed and start answer the same requests with the same bytes, tokens included."""

import http.client
import json
import ssl
import unittest
from urllib.parse import urlencode

from job import RESOURCE
from support import PATIENCE, Simulator, app_of

SAME = ("--seed", "7", "--size", "tiny", "--start", "2026-01-05T09:00:00Z", "--freeze")

# Headers that belong to the connection and not to the answer.
FRAMING = {"connection", "keep-alive", "transfer-encoding"}


class Genuine:
    """Sends one request after the other to genuine host names, through the proxy of a simulator."""

    def __init__(self, simulator):
        self._simulator = simulator
        self._trust = ssl.create_default_context(cafile=simulator.ca)

    def ask(self, method, host, path, body=None, headers=None):
        """Status, headers in their order, and body."""
        port = self._simulator.port
        connection = http.client.HTTPSConnection("localhost", port, context=self._trust, timeout=PATIENCE)
        try:
            connection.set_tunnel(host, 443)
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            kept = [field for field in response.getheaders() if field[0].lower() not in FRAMING]
            return response.status, kept, response.read()
        finally:
            connection.close()


def session(simulator):
    """What a client asks, one answer leading to the next: each request in words, and its answer."""
    genuine, tenant = Genuine(simulator), simulator.tenant
    login, api = "login.microsoftonline.com", tenant["cloudAppsUrl"].removeprefix("https://")
    app = app_of(tenant, "full")

    def ask(method, host, path, body=None, headers=None):
        answer = genuine.ask(method, host, path, body, headers)
        yield f"{method} https://{host}{path} {body or ''}", answer
        return answer

    def sign_in(secret):
        form = {"grant_type": "client_credentials", "client_id": app["clientId"], "client_secret": secret}
        form["scope"] = f"{RESOURCE}/.default"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return ask("POST", login, f"/{tenant['id']}/oauth2/v2.0/token", urlencode(form), kind)

    yield from ask("GET", login, f"/{tenant['domain']}/v2.0/.well-known/openid-configuration")
    yield from ask("GET", login, "/common/discovery/v2.0/keys")
    yield from sign_in("wrong")
    _, _, signed_in = yield from sign_in(app["secret"])
    bearer = {"Authorization": f"Bearer {json.loads(signed_in)['access_token']}"}

    def call(method, path, body=None):
        text = None if body is None else json.dumps(body)
        return ask(method, api, f"/api/v1/{path}", text, bearer)

    _, _, alerts = yield from call("POST", "alerts/", {"filters": {"resolutionStatus": {"eq": [0]}}})
    alert = json.loads(alerts)["data"][0]["_id"]
    _, _, activities = yield from call("GET", "activities/?limit=10")
    yield from call("GET", f"activities/{json.loads(activities)['data'][0]['_id']}/")
    yield from call("POST", f"alerts/{alert}/read/")
    yield from call("POST", "alerts/close_true_positive/", {"filters": {"id": {"eq": [alert]}}})
    yield from call("GET", f"alerts/{alert}/")
    yield from call("POST", "alerts/", {"filters": {"severity": {"eq": ["grave"]}}})
    yield from call("GET", "no/such/path")
    yield from ask("GET", api, "/api/v1/alerts/")
    simulator.control("POST", f"/tenants/{tenant['id']}/clock/advance", {"by": "PT7H"})
    yield from call("POST", "activities/", {"sortField": "created", "sortDirection": "asc", "skip": 50})
    yield from call("GET", "alerts/")


class SameBytes(unittest.TestCase):
    """Two simulators, one after the other asked the same."""

    maxDiff = 4_000

    def test_the_same_requests_get_the_same_bytes(self):
        """Status, headers and body of every answer are the same: tokens, errors, ids, and what happens later"""
        sessions = []
        for _ in range(2):
            simulator = Simulator(*SAME)
            try:
                sessions.append(list(session(simulator)))
            finally:
                simulator.stop()
        first, second = sessions
        self.assertEqual(len(first), len(second))
        for one, other in zip(first, second):
            self.assertEqual(one, other)
        statuses = {answer[0] for _, answer in first}
        self.assertEqual(statuses, {200, 400, 401, 404})
