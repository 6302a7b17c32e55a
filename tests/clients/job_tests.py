"""What the job must see, however it reaches the service. Those who inherit from it say how."""

from job import CloudApps, sign_in
from support import app_of

# `resolutionStatus` as the alerts filter numbers it.
OPEN, BENIGN = 0, 4


class JobTests:
    """The tests of the job; stands before `SimulatorCase` among the parents of a test case."""

    # The clock stands, so that totals do.
    arguments = ("--freeze",)

    # Where the job signs in and asks, as its configuration has it; the options are MSAL's.
    authority: str
    api: str
    options = {}
    # The information block of the tenant that is asked.
    tenant: dict

    def setUp(self):
        self.steer(**self.steering())

    def steering(self):
        """The environment variables that the job is run with."""
        raise NotImplementedError

    def sign_in(self, name, secret=None):
        """What MSAL gets for the application of that name."""
        app = app_of(self.tenant, name)
        return sign_in(self.authority, app["clientId"], secret or app["secret"], **self.options)

    def cloud_apps(self, name="full"):
        """A client of the API, signed in as the application of that name."""
        signed_in = self.sign_in(name)
        self.assertIn("access_token", signed_in)
        client = CloudApps(self.api, f"Bearer {signed_in['access_token']}")
        self.addCleanup(client.close)
        return client

    def assert_whole(self, records, total):
        """Nothing lost, nothing twice."""
        ids = [record["_id"] for record in records]
        self.assertEqual(len(ids), total)
        self.assertEqual(len(set(ids)), total)

    def test_every_alert_is_read_once(self):
        """Alerts are read to the end by skip: nothing lost, nothing twice"""
        client = self.cloud_apps()
        total = client.page("alerts", limit=1)["total"]
        self.assertGreater(total, 0)
        self.assert_whole(client.alerts(), total)

    def test_every_activity_is_read_once(self):
        """Activities are read to the end by date windows, beyond the reach of skip: nothing lost, nothing twice"""
        client = self.cloud_apps()
        total = client.page("activities", limit=1)["total"]
        self.assertGreater(total, 5_000)
        self.assert_whole(client.activities(), total)

    def test_a_closed_alert_is_closed_wherever_it_is_seen(self):
        """An alert closed as benign is closed in the list, when fetched, and in the log of activities"""
        client = self.cloud_apps()
        alert = client.page("alerts", filters={"resolutionStatus": {"eq": [OPEN]}}, limit=1)["data"][0]["_id"]
        chosen = {"id": {"eq": [alert]}}

        closed = client.ask("POST", "alerts/close_benign/", {"filters": chosen, "comment": "Known trip"})
        self.assertEqual((closed.status_code, closed.json()), (200, {"closed_benign": 1}))

        still_open = client.page("alerts", filters={**chosen, "resolutionStatus": {"eq": [OPEN]}})
        self.assertEqual(still_open["total"], 0)
        listed = client.page("alerts", filters={**chosen, "resolutionStatus": {"eq": [BENIGN]}})
        fetched = client.get(f"alerts/{alert}/")
        self.assertEqual(listed["data"], [fetched])
        self.assertEqual(fetched["comment"], "Known trip")
        self.assertEqual(fetched["resolutionStatusValue"], BENIGN)
        self.assertIn("resolveTime", fetched)

        newest = client.page("activities", sortField="created", limit=1)["data"][0]
        self.assertEqual(newest["eventTypeName"], "EVENT_CATEGORY_DISMISS_ALERT")
        self.assertEqual(newest["adallom"]["alertMongoId"], alert)
        self.assertEqual(newest["aadTenantId"], self.tenant["id"])

    def test_reading_is_not_closing(self):
        """An application that may read alerts is refused when it closes one: 403"""
        client = self.cloud_apps("read-only")
        alert = client.page("alerts", limit=1)["data"][0]["_id"]
        refused = client.ask("POST", "alerts/close_benign/", {"filters": {"id": {"eq": [alert]}}})
        self.assertEqual((refused.status_code, refused.json()), (403, {"detail": "Forbidden"}))

    def test_no_consent_no_data(self):
        """An application without consent gets a token, and a 403 for it"""
        refused = self.cloud_apps("unconsented").ask("GET", "alerts/")
        self.assertEqual((refused.status_code, refused.json()), (403, {"detail": "Forbidden"}))

    def test_a_wrong_secret_is_named(self):
        """A wrong secret comes back from MSAL as AADSTS7000215"""
        refused = self.sign_in("full", secret="not-the-secret")
        self.assertEqual(refused.get("error"), "invalid_client")
        self.assertEqual(refused.get("error_codes"), [7000215])
        self.assertTrue(refused["error_description"].startswith("AADSTS7000215: "), refused)
