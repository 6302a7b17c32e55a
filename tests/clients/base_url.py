"""The job finds the simulator by its base URL.

The authority is `https://localhost:PORT/TENANT`, for which MSAL is told not to look for it among the genuine ones; the
API is at the same address. The company is of the size that makes reading everything hard: 200,000 activities.
"""

from job_tests import JobTests
from support import SimulatorCase


class BaseUrl(JobTests, SimulatorCase):
    """Through `https://localhost:PORT`."""

    arguments = ("--freeze", "--size", "medium")
    options = {"instance_discovery": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = cls.simulator.tenant
        cls.api = cls.simulator.url
        cls.authority = f"{cls.simulator.url}/{cls.tenant['id']}"

    def steering(self):
        return {"REQUESTS_CA_BUNDLE": self.simulator.ca}
