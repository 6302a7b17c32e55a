"""The API lets 30 requests a minute through, on the tenant's clock: a client that waits as told goes on."""

import time

from job import CloudApps
from support import SimulatorCase

ALLOWED, WINDOW = 30, 60


class ThrottleCase(SimulatorCase):
    """Clients that hold an API token."""

    def setUp(self):
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca)
        self.client = CloudApps(self.simulator.url, f"Token {self.simulator.tenant['apiToken']}")
        self.addCleanup(self.client.close)

    def list_alerts(self):
        """One quick call."""
        return self.client.ask("POST", "alerts/", {"limit": 1})

    def use_up(self):
        """Asks as often as is allowed, and once more: the seconds that the refusal says to wait."""
        statuses = [self.list_alerts().status_code for _ in range(ALLOWED)]
        self.assertEqual(statuses, [200] * ALLOWED)
        return self.wait_told_by(self.list_alerts())

    def wait_told_by(self, refused):
        """The seconds to wait, which the refusal says in its header and in its text alike."""
        self.assertEqual(refused.status_code, 429, refused.text)
        seconds = int(refused.headers["Retry-After"])
        plural = "" if seconds == 1 else "s"
        told = f"Request was throttled. Expected available in {seconds} second{plural}."
        self.assertEqual(refused.json(), {"detail": told})
        return seconds

    def advance(self, seconds):
        """Moves the tenant's clock."""
        path = f"/tenants/{self.simulator.tenant['id']}/clock/advance"
        self.simulator.control("POST", path, {"by": f"PT{seconds}S"})


class Following(ThrottleCase):
    """The clock follows the wall clock, as it does by default."""

    def test_a_client_that_waits_as_told_goes_on(self):
        """Thirty calls pass, the next is refused; after the wait of its Retry-After the same call passes"""
        self.assertIn(self.use_up(), range(WINDOW - 20, WINDOW + 1))
        # Nobody needs to sit through all of it.
        self.advance(WINDOW - 10)
        wait = self.wait_told_by(self.list_alerts())
        self.assertIn(wait, range(1, 11))
        time.sleep(wait)
        self.assertEqual(self.list_alerts().status_code, 200)


class Frozen(ThrottleCase):
    """The clock stands until it is moved."""

    arguments = ("--freeze", "--throttle", "real")

    def test_moving_the_clock_is_waiting(self):
        """On a frozen clock the wait ends when the clock is advanced, at once and not before"""
        self.assertEqual(self.use_up(), WINDOW)
        self.advance(WINDOW - 1)
        self.assertEqual(self.wait_told_by(self.list_alerts()), 1)
        self.advance(1)
        self.assertEqual(self.list_alerts().status_code, 200)
