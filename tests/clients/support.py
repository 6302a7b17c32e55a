"""A simulator to test against, and the environment of the client that is tested."""

import http.client
import json
import os
import select
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("MOCK_DEFENDER", REPOSITORY / "target" / "release" / "mock-defender"))

# Longest wait, in seconds, for anything that a simulator should do at once.
PATIENCE = 30

# What steers HTTP clients; a test sets what it needs and inherits none of it.
STEERING = {"ALL_PROXY", "CURL_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"}
STEERING |= {"SSL_CERT_DIR", "SSL_CERT_FILE"}


def environment(**steering):
    """The environment of this process with the given steering variables and no others, until it is stopped."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in STEERING}
    return mock.patch.dict(os.environ, kept | steering, clear=True)


class Simulator:
    """A running `mock-defender serve`, or what else serves, on a port and with a certificate authority of its own."""

    def __init__(self, *arguments, serve=("serve",)):
        self._directory = tempfile.TemporaryDirectory(prefix="mock-defender-")
        directory = Path(self._directory.name)
        self._log = directory / "log"
        command = [BINARY, *serve, "--listen", "127.0.0.1:0", "--ca", directory / "ca"]
        command += ["--ready-file", directory / "ready.json", *arguments]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        self.pid = self._process.pid
        try:
            said, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
            line = self._process.stdout.readline() if said else b""
            written = (directory / "ready.json").read_bytes() if line else b""
            if not line or line != written:
                raise AssertionError(
                    f"expected one ready line, the same on standard output and in the ready file; "
                    f"got {line!r} and {written!r}; log:\n{self.log()}"
                )
        except BaseException:
            self._process.kill()
            self._end()
            raise
        ready = json.loads(line)
        self.url, self.proxy, self.ca = ready["url"], ready["proxy"], ready["ca"]
        # Asked for beyond loopback.
        self.token = ready.get("operatorToken")
        self.port = int(self.url.rpartition(":")[2])
        self.tenant = ready["tenants"][0]

    def log(self):
        """What it has told on standard error so far."""
        return self._log.read_text(errors="replace")

    def stop(self):
        """Ends it, and fails unless it ends in good order and nothing in it has panicked."""
        self._process.terminate()
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = f"none within {PATIENCE} s of SIGTERM"
        log = self.log()
        self._end()
        if status != 0 or "panicked" in log:
            raise AssertionError(f"expected exit status 0 and no panic; got {status}; log:\n{log}")

    def _end(self):
        self._process.wait()
        self._process.stdout.close()
        self._directory.cleanup()

    def control(self, method, path, body=None):
        """Asks the control API, in clear; returns its answer, which must be a success."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/_mock{path}", None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 300:
            raise AssertionError(f"{method} /_mock{path}: expected a success, got {response.status} {answer!r}")
        return json.loads(answer) if answer else None

    def resident(self):
        """Its resident memory in bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
        raise AssertionError("expected VmRSS in the status of the process")


class SimulatorCase(unittest.TestCase):
    """Tests that share one simulator, started with `arguments`."""

    arguments = ()
    simulator: Simulator

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator(*cls.arguments)
        cls.addClassCleanup(cls.simulator.stop)

    def steer(self, **steering):
        """Gives clients this environment for the rest of the test."""
        variables = environment(**steering)
        variables.start()
        self.addCleanup(variables.stop)


def app_of(tenant, name):
    """The application of that name in an information block."""
    return next(app for app in tenant["apps"] if app["name"] == name)
