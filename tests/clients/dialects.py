"""The two resources asked as connectors in the field ask them: each in its own encoding, each to its own end.

Public connectors differ in nearly everything that HTTP leaves open: where the filters stand, whether a path ends in a
slash, how the token is written. What each does here is what its public source or documentation shows it to do.
"""

import json
import re
import urllib.parse

import requests
from job import sign_in
from support import SimulatorCase, app_of


class DialectCase(SimulatorCase):
    """A frozen tenant without throttle, and one session."""

    arguments = ("--start", "2026-11-24T15:00:00Z", "--freeze")

    def setUp(self):
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca)
        self.session = requests.Session()
        self.addCleanup(self.session.close)
        self.tenant = self.simulator.tenant

    def ask(self, method, path, authorization, status=200, **options):
        """The answer to a request, as JSON."""
        headers = {"Authorization": authorization} | options.pop("headers", {})
        url = self.simulator.url + path
        response = self.session.request(method, url, headers=headers, timeout=60, allow_redirects=False, **options)
        self.assertEqual(response.status_code, status, response.text[:300])
        return response.json()

    def bearer(self):
        """An application's token."""
        app = app_of(self.tenant, "full")
        authority = f"{self.simulator.url}/{self.tenant['id']}"
        answer = sign_in(authority, app["clientId"], app["secret"], instance_discovery=False)
        return f"Bearer {answer['access_token']}"

    def token(self):
        """The API token of the portal."""
        return f"Token {self.tenant['apiToken']}"


class Soar(DialectCase):
    """A SOAR platform: JSON bodies on GET, no slash after ids, scans with isScan, closings full of nulls."""

    def test_incidents_are_fetched_read_and_closed(self):
        """Alerts are fetched from a date on, their activities scanned, and one is closed as benign"""
        bearer = self.bearer()
        since = {"filters": {"date": {"gte": 0}}, "limit": 50, "sortDirection": "asc"}
        alerts = self.ask("POST", "/api/v1/alerts/", bearer, json=since)["data"]
        times = [alert["timestamp"] for alert in alerts]
        self.assertEqual(times, sorted(times))
        self.assertTrue(all(isinstance(alert["entities"], list) for alert in alerts))
        is_open = [alert for alert in alerts if not alert.get("resolveTime")]
        chosen = is_open[0]["_id"]
        same = self.ask("GET", "/api/v1/alerts/", bearer, json={"filters": {"id": {"eq": [chosen]}}})
        self.assertEqual([alert["_id"] for alert in same["data"]], [chosen])
        self.assertEqual(self.ask("GET", f"/api/v1/alerts/{chosen}", bearer)["_id"], chosen)

        seen, filters = [], {"activity.alertId": {"eq": chosen}}
        while True:
            page = self.ask("GET", "/api/v1/activities/", bearer, json={"filters": filters, "isScan": True})
            seen += [activity["_id"] for activity in page["data"]]
            self.assertTrue(all(set(record["entityData"]) == {"0", "1", "2"} for record in page["data"]))
            if not page["hasNext"]:
                break
            filters = page["nextQueryFilters"]
        self.assertTrue(seen)
        self.assertEqual(self.ask("GET", f"/api/v1/activities/{seen[0]}", bearer)["_id"], seen[0])

        nulls = {"comment": None, "reason": None, "sendFeedback": None, "feedbackText": None}
        body = {"filters": {"id": {"eq": [chosen, "f" * 24]}}, "allowContact": None, "contactEmail": None} | nulls
        closed = self.ask("POST", "/api/v1/alerts/close_benign/", bearer, json=body)
        self.assertEqual(closed, {"closed_benign": 1, "alertsNotFound": ["f" * 24]})
        self.assertTrue(self.ask("GET", f"/api/v1/alerts/{chosen}", bearer)["resolveTime"])


class Siem(DialectCase):
    """A SIEM collector: filters as JSON text in the query, no slash before it; later versions post JSON."""

    def test_events_are_collected_in_both_ways(self):
        """What is asked in the query and what is asked in a body is the same"""
        bearer = self.bearer()
        for resource, filters in [
            ("alerts", {"date": {"gte": 1}, "severity": {"eq": [0, 1]}}),
            ("activities", {"date": {"gte": 1}, "activity.eventType": {"eq": ["EVENT_CATEGORY_LOGIN"]}}),
            ("activities", {"service": {"eq": [20893]}, "activity.type": {"eq": False}}),
        ]:
            with self.subTest(resource=resource, filters=filters):
                query = {"sortDirection": "asc", "limit": 7, "filters": json.dumps(filters)}
                path = f"/api/v1/{resource}?{urllib.parse.urlencode(query)}"
                asked = self.ask("GET", path, bearer)
                posted = self.ask("POST", f"/api/v1/{resource}", bearer, json=query | {"filters": filters})
                self.assertEqual(asked, posted)
                self.assertEqual(len(asked["data"]), 7)
                form = self.ask("POST", f"/api/v1/{resource}/", bearer, data=query)
                self.assertEqual(form, asked)
                parts = {name: (None, str(value)) for name, value in query.items()}
                self.assertEqual(self.ask("POST", f"/api/v1/{resource}/", bearer, files=parts), asked)


class Module(DialectCase):
    """The vendor's PowerShell module: both prefixes, a post without a body to learn `max`, bulk actions of old."""

    def test_alerts_are_dismissed_resolved_and_opened_again(self):
        """What the documentation dropped years ago still works"""
        token = self.token().replace("Token", "token")
        self.assertEqual(self.ask("POST", "/cas/api/v1/alerts/", token)["max"], 100)
        open_alerts = {"filters": {"alertOpen": {"eq": True}}, "skip": 0, "limit": 3}
        alerts = [alert["_id"] for alert in self.ask("POST", "/cas/api/v1/alerts/", token, json=open_alerts)["data"]]
        status = lambda alert: self.ask("GET", f"/cas/api/v1/alerts/{alert}/", token)["resolutionStatusValue"]
        self.ask("POST", f"/cas/api/v1/alerts/{alerts[0]}/dismiss/", token, json={"comment": "old"})
        bulk = {"filters": {"id": {"eq": [alerts[1]]}}, "comment": "old"}
        self.assertEqual(self.ask("POST", "/cas/api/v1/alerts/dismiss_bulk/", token, json=bulk), {"dismissed": 1})
        bulk = {"filters": {"id": {"eq": [alerts[2]]}}, "comment": "old"}
        self.assertEqual(self.ask("POST", "/cas/api/v1/alerts/resolve/", token, json=bulk), {"resolved": 1})
        self.assertEqual([status(alert) for alert in alerts], [3, 3, 5])
        reopen = {"filters": {"id": {"eq": alerts}}}
        self.ask("POST", "/cas/api/v1/alerts/reopen/", token, json=reopen)
        self.assertEqual([status(alert) for alert in alerts], [0, 0, 0])
        for action, value in [("read", 1), ("unread", 0)]:
            self.ask("POST", f"/cas/api/v1/alerts/{alerts[0]}/{action}/", token)
            self.assertEqual(self.ask("GET", f"/cas/api/v1/alerts/{alerts[0]}/", token)["statusValue"], value)

    def test_pages_go_on_where_skip_ends(self):
        """Skip beyond 5,000 is refused; a window that ends at the last date goes on"""
        refused = self.ask("POST", "/cas/api/v1/activities/", self.token(), 400, json={"skip": 5_001})
        self.assertEqual(refused["filters"][0]["errorMessageCode"], "CONSOLE_FORMS_NOT_VALID_VALUE")
        page = self.ask("POST", "/cas/api/v1/activities/", self.token(), json={"skip": 5_000, "limit": 100})
        edge = page["data"][-1]["timestamp"]
        window = {"filters": {"date": {"lte": edge}}, "limit": 100}
        following = self.ask("POST", "/cas/api/v1/activities/", self.token(), json=window)["data"]
        self.assertEqual(following[0]["timestamp"], edge)


class Collector(DialectCase):
    """Collectors that keep of `nextQueryFilters` only what they know: three shipped ways to go on with a scan."""

    def scanned(self, first, go_on, send):
        """The ids of every activity of a scan, in the order in which they came."""
        bearer, filters, ids = self.bearer(), first, []
        while True:
            page = self.ask("POST", "/api/v1/activities/", bearer, **send(filters))
            ids += [record["_id"] for record in page["data"]]
            if not page["hasNext"]:
                return ids
            upcoming = page["nextQueryFilters"]["date"]
            self.assertIsInstance(upcoming["lte"], int)
            self.assertEqual({type(upcoming["range"][end]) for end in ("start", "end")}, {int})
            filters = go_on(filters, upcoming)

    def test_every_way_to_go_on_with_a_scan_reaches_the_end(self):
        """Whichever part of nextQueryFilters is put back, a scan loses nothing and tells nothing twice"""
        posted = lambda filters: {"json": {"filters": filters, "isScan": True, "limit": 500}}
        form = lambda filters: {"data": {"filters": json.dumps(filters), "isScan": "true", "limit": "500"}}
        window = {"date": {"range": {"start": 0, "end": 4_000_000_000_000}}}
        bounds = {"date": {"gte": 0, "lte": 4_000_000_000_000}}
        ways = {
            "date as a workflow's schema has it": (
                window,
                lambda _, date: {"date": {"lte": date["lte"], "range": date["range"]}},
                posted,
            ),
            "lte beside the old range": (window, lambda old, date: {"date": old["date"] | {"lte": date["lte"]}}, posted),
            "lte in a form": (bounds, lambda old, date: {"date": {"gte": old["date"]["gte"], "lte": date["lte"]}}, form),
        }
        everything = None
        for way, (first, go_on, send) in ways.items():
            with self.subTest(way):
                ids = self.scanned(first, go_on, send)
                self.assertEqual(len(ids), len(set(ids)))
                everything = everything or set(ids)
                self.assertGreater(len(ids), 5_000)
                self.assertEqual(set(ids), everything)


class Script(DialectCase):
    """Scripts of analysts: addresses out of the text of an alert, countries by code, all that is open dismissed."""

    def test_addresses_are_taken_out_of_a_description(self):
        """The addresses in the text of an alert of impossible travel are those of its entities"""
        alerts = self.ask("POST", "/api/v1/alerts/", self.token(), json={"limit": 100})["data"]
        travels = [alert for alert in alerts if alert["title"] == "Impossible travel activity"]
        self.assertTrue(travels)
        for alert in travels:
            named = lambda kind: {entity["id"] for entity in alert["entities"] if entity["type"] == kind}
            found = re.findall(r"from ([0-9a-f.:]+) in .+? and ([0-9a-f.:]+) in .+? within (\d+) minutes", alert["description"])
            self.assertEqual(len(found), 1, alert["description"])
            self.assertLessEqual(set(found[0][:2]), named("ip"))
            self.assertTrue(all(re.fullmatch("[A-Z]{2}", country) for country in named("country")))

    def test_all_that_is_open_is_dismissed(self):
        """dismiss_bulk without filters leaves nothing open, and each dismissal in the log names its alert"""
        token = self.token()
        is_open = {"filters": {"alertOpen": {"eq": True}}}
        open_before = {alert["_id"] for alert in self.ask("POST", "/api/v1/alerts/", token, json=is_open)["data"]}
        answer = self.ask("POST", "/api/v1/alerts/dismiss_bulk/", token, json={"comment": "cleared"})
        self.assertEqual(answer, {"dismissed": len(open_before)})
        self.assertEqual(self.ask("POST", "/api/v1/alerts/", token, json=is_open)["data"], [])
        self.simulator.control("POST", f"/tenants/{self.tenant['id']}/clock/advance", {"by": "PT1H"})
        kind = {"filters": {"activity.eventActionType": {"eq": ["EVENT_CATEGORY_DISMISS_ALERT"]}}, "limit": 1_000}
        told = self.ask("POST", "/api/v1/activities/", token, json=kind)["data"]
        # The tenant's own people have dismissed some before.
        self.assertLessEqual(open_before, {record["adallom"]["alertMongoId"] for record in told})
        for record in told:
            self.assertEqual(record["description"], f"Dismiss alert <b>{record['adallom']['alertTitle']}</b>")


class Automation(DialectCase):
    """An automation platform: a blank after the token, numbers as text, ids of the XDR form first."""

    def test_ids_of_another_product_are_tried_first(self):
        """An id with the prefix of Defender XDR is refused as a bad value, and found without it"""
        token = self.token() + " "
        probe = {"limit": 1, "service": {"eq": 11161}}
        self.ask("POST", "/api/v1/activities/", token, json=probe)
        alert = self.ask("POST", "/api/v1/alerts/", token, json={"limit": "1"})["data"][0]["_id"]
        bad = self.ask("POST", "/api/v1/alerts/", token, 400, json={"filters": {"id": {"eq": [f"ca{alert}"]}}})
        self.assertTrue(bad["error"])
        ranged = {"filters": {"date": {"range": [{"start": 0, "end": 4_000_000_000_000}]}}, "limit": "100"}
        self.assertGreater(self.ask("POST", "/api/v1/alerts/", token, json=ranged)["total"], 10)
        close = {"filters": {"id": {"eq": [alert]}}, "comment": "", "reasonId": 2, "sendFeedback": False}
        answer = self.ask("POST", "/api/v1/alerts/close_false_positive/", token, json=close)
        self.assertEqual(answer, {"closed_false_positive": 1})


class Portal(DialectCase):
    """The portal's own calls: totals counted apart, metadata, feedback."""

    def test_totals_metadata_and_feedback(self):
        """A list without its total, the total beside it, and the filters that there are"""
        token = self.token()
        for resource in ["alerts", "activities"]:
            path = f"/cas/api/v1/{resource}/"
            page = self.ask("POST", path, token, json={"performAsyncTotal": True, "distributedId": "x", "filters": {}})
            self.assertNotIn("total", page)
            count = self.ask("POST", f"{path}count/", token, json={"filters": {}})
            self.assertEqual(count["moreThanTotal"], False)
            self.assertEqual(count["total"], self.ask("POST", path, token, json={"limit": 0})["total"])
            metadata = self.ask("GET", f"{path}metadata/?allowDeprecationFields=true", token)
            self.assertIn("date", [entry["name"] for entry in metadata["filters"]])
        activity = self.ask("POST", "/api/v1/activities/", token, json={"limit": 1})["data"][0]["_id"]
        feedback = {"feedbackValue": "0", "feedbackText": "odd", "allowContact": False, "contactEmail": ""}
        self.ask("POST", f"/api/v1/activities/{activity}/feedback", token, json=feedback)
