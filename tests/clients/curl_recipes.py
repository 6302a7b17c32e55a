"""What one types first: curl, with nothing but the certificate or the proxy given."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path

from support import PATIENCE, SimulatorCase


@unittest.skipUnless(shutil.which("curl"), "there is no curl")
class CurlRecipes(SimulatorCase):
    """With a company that is soon made."""

    arguments = ("--size", "tiny", "--freeze")

    def setUp(self):
        self.steer()

    def curl(self, *arguments):
        """What curl prints; a failure of its own or of the server's is one of the test."""
        command = ["curl", "--silent", "--show-error", "--fail", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def alerts(self, *arguments):
        """The alerts that curl lists with an API token."""
        token = f"Authorization: Token {self.simulator.tenant['apiToken']}"
        return json.loads(self.curl("--header", token, *arguments))["data"]

    def test_health(self):
        """curl --cacert CA https://localhost:PORT/_mock/health"""
        health = self.curl("--cacert", self.simulator.ca, f"{self.simulator.url}/_mock/health")
        self.assertEqual(json.loads(health), {"status": "ready"})

    def test_the_certificate_is_had_in_clear(self):
        """curl http://localhost:PORT/_mock/ca.pem"""
        pem = self.curl(f"{self.simulator.proxy}/_mock/ca.pem")
        self.assertEqual(pem, Path(self.simulator.ca).read_text())

    def test_alerts_by_api_token(self):
        """curl --cacert CA -H "Authorization: Token TOKEN" https://localhost:PORT/api/v1/alerts/"""
        alerts = self.alerts("--cacert", self.simulator.ca, f"{self.simulator.url}/api/v1/alerts/")
        self.assertGreater(len(alerts), 0)

    def test_alerts_under_the_genuine_name(self):
        """curl --proxy http://localhost:PORT --cacert CA … https://TENANT.us2.portal.cloudappsecurity.com/api/v1/alerts/"""
        genuine = f"{self.simulator.tenant['cloudAppsUrl']}/api/v1/alerts/"
        alerts = self.alerts("--proxy", self.simulator.proxy, "--cacert", self.simulator.ca, genuine)
        self.assertGreater(len(alerts), 0)
