"""The job, unmodified, meets the simulator under the genuine names.

Only its environment is set: a proxy and a certificate. A user name in the proxy's address picks one tenant of the
simulator, so that test suites can share one.
"""

import requests

from job import CloudApps, sign_in
from job_tests import JobTests
from support import SimulatorCase, app_of


class GenuineNames(JobTests, SimulatorCase):
    """Through `HTTPS_PROXY`, as the only tenant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = cls.simulator.tenant
        cls.api = cls.tenant["cloudAppsUrl"]
        cls.authority = f"https://login.microsoftonline.com/{cls.tenant['id']}"

    def steering(self):
        return {"HTTPS_PROXY": self.simulator.proxy, "REQUESTS_CA_BUNDLE": self.simulator.ca}


class Government(GenuineNames):
    """The same by the names of GCC High."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        label = cls.api.split("//")[1].split(".")[0]
        cls.api = f"https://{label}.us1.portal.cloudappsecurity.us"
        cls.authority = f"https://login.microsoftonline.us/{cls.tenant['id']}"


class SecondTenant(JobTests, SimulatorCase):
    """Through `HTTPS_PROXY=http://TENANT:@localhost:PORT`, as a tenant that came later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {"name": "Fabrikam", "seed": 2, "freeze": True}
        cls.tenant = cls.simulator.control("POST", "/tenants", company)
        cls.api = cls.tenant["cloudAppsUrl"]
        cls.authority = f"https://login.microsoftonline.com/{cls.tenant['domain']}"

    def steering(self):
        return self.as_proxy_user("fabrikam")

    def as_proxy_user(self, user):
        """The environment of a client of that tenant."""
        # With the colon: requests leaves a user name without password out.
        proxy = f"http://{user}:@localhost:{self.simulator.port}"
        return {"HTTPS_PROXY": proxy, "REQUESTS_CA_BUNDLE": self.simulator.ca}

    def statuses(self, tenant):
        """The statuses of what clients asked that tenant."""
        log = self.simulator.control("GET", f"/tenants/{tenant['id']}/requests")
        return [request["status"] for request in log["requests"] if request["service"] == "cloud-apps"]

    def test_the_proxy_user_is_the_tenant_where_nothing_else_names_one(self):
        """A request that names no tenant is the proxy user's, and not the first tenant's"""
        tenants = [self.simulator.tenant, self.tenant]
        before = [len(self.statuses(tenant)) for tenant in tenants]
        refused = requests.get("https://portal.cloudappsecurity.com/api/v1/alerts/", timeout=30)
        self.assertEqual(refused.status_code, 401)
        after = [self.statuses(tenant) for tenant in tenants]
        self.assertEqual([len(statuses) for statuses in after], [before[0], before[1] + 1])

    def test_a_proxy_user_that_is_no_tenant_is_refused(self):
        """A mistyped proxy user name is told to the client, and not answered as another tenant"""
        self.steer(**self.as_proxy_user("fabrikan"))
        refused = requests.get(f"{self.authority}/v2.0/.well-known/openid-configuration", timeout=30)
        self.assertEqual((refused.status_code, refused.json()["error_codes"]), (400, [90002]))
        self.assertIn("'fabrikan' not found", refused.json()["error_description"])


class Fork(SimulatorCase):
    """Through the proxy user name of a fork, whose domain is that of the tenant it was forked from."""

    arguments = ("--freeze", "--size", "tiny")

    def test_a_fork_is_told_from_others_of_its_domain(self):
        """Signing in by the domain that all forks share, a client gets the token of the fork it named"""
        original = self.simulator.tenant
        fork = self.simulator.control("POST", f"/tenants/{original['id']}/fork", {})
        self.assertEqual(fork["domain"], original["domain"])
        proxy = f"http://{fork['id']}:@localhost:{self.simulator.port}"
        self.steer(HTTPS_PROXY=proxy, REQUESTS_CA_BUNDLE=self.simulator.ca)
        app = app_of(fork, "full")
        authority = f"https://login.microsoftonline.com/{fork['domain']}"
        signed_in = sign_in(authority, app["clientId"], app["secret"])
        client = CloudApps(fork["cloudAppsUrl"], f"Bearer {signed_in['access_token']}")
        self.addCleanup(client.close)
        alert = client.page("alerts", limit=1)["data"][0]
        self.assertEqual(alert["contextId"], fork["id"])
