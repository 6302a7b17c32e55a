"""Faults of the transport, as a client on `requests` meets them: by the exceptions that it would see in reality."""

import requests
from support import SimulatorCase

LOGIN = "https://login.microsoftonline.com/common/discovery/v2.0/keys"


class BrokenConnections(SimulatorCase):
    """A client of the Cloud Apps API, and one of the sign-in service behind the proxy."""

    arguments = ("--freeze", "--throttle", "off")

    def setUp(self):
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca)
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {self.simulator.tenant['apiToken']}"
        self.addCleanup(self.session.close)

    def alerts(self, timeout=10):
        """A page of alerts."""
        return self.session.get(f"{self.simulator.url}/api/v1/alerts/?limit=5", timeout=timeout)

    def disturb(self, effect):
        """Disturbs the next request to the tenant."""
        path = f"/tenants/{self.simulator.tenant['id']}/faults"
        self.simulator.control("POST", path, {"when": {"times": 1}, "effect": effect})

    def keys(self):
        """The keys of the sign-in service, through the proxy."""
        return requests.get(LOGIN, proxies={"https": self.simulator.proxy}, timeout=2)

    def disturb_server(self, effect):
        """Disturbs the next connection to the sign-in service."""
        self.simulator.control("POST", "/faults", {"host": "login.*", "times": 1, "effect": effect})

    def test_disturbed_answers(self):
        """A reset, a hang, a cut and a delay of an answer raise what requests documents, and the next call works"""
        whole = self.alerts().json()
        for effect, error in [
            ({"reset": {}}, requests.exceptions.ConnectionError),
            ({"reset": {"after": 20}}, requests.exceptions.ChunkedEncodingError),
            ({"truncate": {"keep": 0.5}}, requests.exceptions.ChunkedEncodingError),
            ({"hang": {"for": "30s"}}, requests.exceptions.ReadTimeout),
            ({"latency": {"fixed": "30s"}}, requests.exceptions.ReadTimeout),
        ]:
            with self.subTest(effect=effect):
                self.disturb(effect)
                with self.assertRaises(error) as raised:
                    self.alerts(timeout=1)
                self.assertIs(type(raised.exception), error)
                self.assertEqual(self.alerts().json(), whole)

    def test_slow_answers(self):
        """An answer that drips or is a little late arrives whole"""
        whole = self.alerts().content
        for effect in [{"drip": {"bytes": 2000, "every": "0.05s"}}, {"latency": {"fixed": "0.5s"}}]:
            with self.subTest(effect=effect):
                self.disturb(effect)
                slow = self.alerts()
                self.assertEqual(slow.content, whole)

    def test_disturbed_connections(self):
        """Wrong certificates raise SSLError with OpenSSL's reason, a refused tunnel ProxyError, and the next call works"""
        for effect, error, word in [
            ({"tls": "expired"}, requests.exceptions.SSLError, "certificate has expired"),
            ({"tls": "wrongName"}, requests.exceptions.SSLError, "Hostname mismatch"),
            ({"tls": "untrusted"}, requests.exceptions.SSLError, "unable to get local issuer certificate"),
            ({"connect": {"status": 503}}, requests.exceptions.ProxyError, "503"),
            ({"host": "reset"}, requests.exceptions.ConnectionError, "reset by peer|RemoteDisconnected"),
            ({"host": "hang"}, requests.exceptions.ReadTimeout, "timed out"),
        ]:
            with self.subTest(effect=effect):
                self.disturb_server(effect)
                with self.assertRaises(error) as raised:
                    self.keys()
                self.assertRegex(str(raised.exception), word)
                self.assertEqual(self.keys().status_code, 200)
        told = self.simulator.control("GET", "/requests?limit=0").get("handshakes", [])
        blamed = [one["text"] for one in told if "disturbedBy" not in one]
        self.assertEqual(blamed, [])
