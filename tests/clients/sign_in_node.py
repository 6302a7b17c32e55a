"""MSAL for Node signs people and programs in, and jose judges the tokens.

The tests themselves are in `sign_in_node.mjs`; the clients are installed beside it, at the versions of
package-lock.json. Every test has a tenant of its own, forked from the first.
"""

import json
import os
import subprocess
import unittest

from modules import HERE, OLDEST, install, node
from support import BINARY, PATIENCE, REPOSITORY, SimulatorCase, environment


@unittest.skipUnless(node() >= OLDEST, f"there is no Node {OLDEST}")
class SignInNode(SimulatorCase):
    """One test of the script for each."""

    arguments = ("--freeze", "--size", "tiny")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        install()

    def run_test(self, name, **steering):
        """Runs a test of the script in an environment that steers it."""
        tenant = self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/fork", {})
        given = {"url": self.simulator.url, "tenant": tenant, "keys": str(REPOSITORY / "fixtures" / "keys")}
        with environment(**{"NODE_EXTRA_CA_CERTS": self.simulator.ca} | steering):
            done = subprocess.run(
                ["node", HERE / "sign_in_node.mjs", name],
                input=json.dumps(given),
                env=dict(os.environ),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_code(self):
        """Node: code and PKCE, silence from the cache, by refresh, once expired, and 65001 once consent is taken"""
        self.run_test("code")

    def test_server(self):
        """Node: a server redeems its code with its secret, and its refresh token for another API"""
        self.run_test("server")

    def test_revoked(self):
        """Node: a revoked session is challenged, refused with 50173, and recovers by a new sign-in"""
        self.run_test("revoked")

    def test_programs(self):
        """Node: client credentials by secret, by certificate (PS256) with and without chain, and what is refused"""
        self.run_test("programs")

    def test_device(self):
        """Node: device flow accepted, waited for, declined, expired"""
        self.run_test("device")

    def test_onward(self):
        """Node: on behalf of a user, and no token that is not for the service"""
        self.run_test("onward")

    def test_password(self):
        """Node: the password grant, refused when wrong and when a second factor is demanded"""
        self.run_test("password")

    def test_validators(self):
        """jose accepts tokens by discovery and keys, through a rotation, and refuses forged ones"""
        self.run_test("validators")

    def test_bearer(self):
        """passport-azure-ad accepts tokens at an API that is set up from the discovery document"""
        self.run_test("bearer")

    def test_proxied(self):
        """Node, by `mock-defender env`: MSAL, fetch and https ask the genuine hosts through the proxy, never around it"""
        command = [BINARY, "env", "--url", self.simulator.proxy, "--format", "dotenv"]
        printed = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
        self.run_test("proxied", **dict(line.split("=", 1) for line in printed.splitlines()))
