"""What no client should send, and some do: each is answered or cut off, and the next client is served as before."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import time
import unittest

from support import PATIENCE, SimulatorCase

CROWD = 100

# How much resident memory everything together may cost, in bytes.
MOST_GROWTH = 30 << 20

# A server that is well answers health in so many seconds, on a machine that has other work as well.
AT_ONCE = 1


class Hostile(SimulatorCase):
    """One simulator bears it all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A first round of what every client needs is no growth.
        cls.trust = ssl.create_default_context(cafile=cls.simulator.ca)
        with cls.connect_tls() as stream:
            cls.exchange(stream, cls.request("GET", "/api/v1/activities/"))
        cls.resident = cls.simulator.resident()

    @classmethod
    def tearDownClass(cls):
        growth = cls.simulator.resident() - cls.resident
        if growth > MOST_GROWTH:
            raise AssertionError(f"expected at most {MOST_GROWTH} bytes of growth, got {growth}")

    def tearDown(self):
        started = time.monotonic()
        health = self.simulator.control("GET", "/health")
        took = time.monotonic() - started
        self.assertEqual(health, {"status": "ready"})
        self.assertLess(took, AT_ONCE)

    @classmethod
    def connect(cls):
        """A connection without a word said on it."""
        return socket.create_connection(("localhost", cls.simulator.port), timeout=PATIENCE)

    @classmethod
    def connect_tls(cls):
        """A connection after the handshake."""
        return cls.trust.wrap_socket(cls.connect(), server_hostname="localhost")

    @classmethod
    def request(cls, method, path, body=b"", length=None):
        """The bytes of a request that would be let in."""
        length = len(body) if length is None else length
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
        head += f"Authorization: Token {cls.simulator.tenant['apiToken']}\r\n\r\n"
        return head.encode() + body

    @classmethod
    def exchange(cls, stream, sent):
        """Sends, and reads the answer."""
        try:
            stream.sendall(sent)
        except (ConnectionError, ssl.SSLError):
            return 0, b""
        return cls.answer(stream)

    @staticmethod
    def answer(stream):
        """Status and body of the answer; status 0 when there is none but a close."""
        try:
            response = http.client.HTTPResponse(stream)
            response.begin()
            return response.status, response.read()
        except (ConnectionError, ssl.SSLError, http.client.BadStatusLine):
            return 0, b""

    def list_alerts(self, body, length=None):
        """Asks for alerts with that body."""
        with self.connect_tls() as stream:
            sent = self.request("POST", "/api/v1/alerts/", body, length)
            return self.exchange(stream, sent)

    def test_truncated_json_is_a_bad_request(self):
        """JSON that breaks off is a 400 that says so"""
        status, body = self.list_alerts(b'{"filters": {"severity": {"eq": [')
        self.assertEqual(status, 400)
        self.assertRegex(json.loads(body)["detail"], "^JSON parse error - EOF while parsing")

    def test_a_body_that_stays_short_is_a_bad_request(self):
        """A body shorter than its Content-Length, with nothing to follow, is a 400"""
        with self.connect() as stream:
            stream.sendall(self.request("POST", "/api/v1/alerts/", b"{}", length=1_000))
            stream.shutdown(socket.SHUT_WR)
            status, body = self.answer(stream)
        self.assertEqual((status, json.loads(body)), (400, {"detail": "Request body ended early."}))

    def test_a_body_that_is_too_large_is_refused(self):
        """A body of 2 MB for a list of alerts is a 413"""
        status, body = self.list_alerts(b'{"filters": "' + b"x" * (2 << 20) + b'"}')
        self.assertEqual(status, 413)
        self.assertEqual(json.loads(body), {"detail": f"Request body exceeds {1 << 20} bytes."})

    def test_deeply_nested_json_is_a_bad_request(self):
        """JSON of 10,000 levels is a 400, and not the end of a thread"""
        for opening, closing in [(b'{"a":', b"}"), (b"[", b"]")]:
            with self.subTest(opening=opening):
                filters = opening * 10_000 + b"1" + closing * 10_000
                status, body = self.list_alerts(b'{"filters": ' + filters + b"}")
                self.assertEqual(status, 400)
                self.assertIn("recursion limit exceeded", json.loads(body)["detail"])

    def test_a_flood_of_headers_is_refused(self):
        """More than a hundred header fields are a 431; a megabyte of them is that or a close"""
        start = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n"
        some = b"".join(b"X-%d: y\r\n" % number for number in range(101))
        # Who sends all before it reads may find the connection reset, and the refusal lost.
        for fields, allowed in [(some, [431]), (some * 1_000, [0, 431]), (b"X: " + b"y" * (1 << 20), [0, 431])]:
            with self.subTest(size=len(fields)), self.connect_tls() as stream:
                self.assertIn(self.exchange(stream, start + fields + b"\r\n")[0], allowed)

    def test_half_open_handshakes_hold_nobody_up(self):
        """While a hundred clients stop in the middle of their handshake, others are served"""
        hello = self.client_hello()
        crowd = [self.connect() for _ in range(CROWD)]
        for stream in crowd:
            stream.sendall(hello[: len(hello) // 2])
        self.assertEqual(self.list_alerts(b"{}")[0], 200)
        for stream in crowd:
            stream.close()

    def test_slow_clients_hold_nobody_up(self):
        """While a hundred clients send their request byte by byte, others are served"""
        crowd = [self.connect() for _ in range(CROWD)]
        for byte in b"GET ":
            for stream in crowd:
                stream.sendall(bytes([byte]))
            self.assertEqual(self.list_alerts(b"{}")[0], 200)
            time.sleep(1)
        for stream in crowd:
            stream.close()

    def test_a_host_that_is_not_played_is_refused_by_name(self):
        """A tunnel to any other host is a 502 that names it"""
        with self.connect() as stream:
            status, body = self.exchange(stream, b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n")
        self.assertEqual(status, 502)
        self.assertIn(b"mock-defender does not play example.com", body)

    def test_garbage_is_refused_or_cut_off(self):
        """Bytes that belong to no protocol are a 400 or a close, in clear and inside of TLS"""
        for garbage in [b"\x00" * 64, b"\xff" * 1_000, b"\x16\x03\x01\x00\x0fnot a handshake", b"hello\r\n\r\n"]:
            for over, connect in [("clear", self.connect), ("TLS", self.connect_tls)]:
                with self.subTest(garbage=garbage[:8], over=over), connect() as stream:
                    self.assertIn(self.exchange(stream, garbage)[0], [0, 400])

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_http_2_is_spoken(self):
        """Among all this, curl speaks HTTP/2 with it"""
        url, ca = f"{self.simulator.url}/_mock/health", self.simulator.ca
        command = ["curl", "--silent", "--http2", "--cacert", ca, "--noproxy", "*", url]
        command += ["--output", "/dev/null", "--write-out", "%{http_version} %{http_code}"]
        self.assertEqual(subprocess.check_output(command, text=True, timeout=PATIENCE), "2 200")

    @staticmethod
    def client_hello():
        """The first flight of a handshake."""
        said = ssl.MemoryBIO()
        client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), said, server_hostname="localhost")
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            return said.read()
        raise AssertionError("expected a handshake that waits for an answer")
