"""The README's words about signing in: its program is run as it stands there, its commands are given as written."""

import json
import re

import requests

from support import REPOSITORY, SimulatorCase, app_of

README = (REPOSITORY / "README.md").read_text()


def section(heading):
    """What stands below a heading, up to the next one of its rank."""
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


class ReadmeSignIn(SimulatorCase):
    """With a company that is soon made."""

    arguments = ("--size", "tiny", "--freeze")

    def setUp(self):
        self.steer(REQUESTS_CA_BUNDLE=self.simulator.ca)
        self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/reset")

    def give(self, command):
        """Gives the tenant a command."""
        self.simulator.control("POST", f"/tenants/{self.simulator.tenant['id']}/commands", command)

    def app(self, name):
        """The application of that name."""
        return app_of(self.simulator.tenant, name)

    def tokens(self):
        """What the README's program gets. It stands there for the usual port."""
        program = re.search(r"```python\n(import html.*?)```", section("Signing in"), re.DOTALL)[1]
        usual = "https://localhost:8443"
        self.assertIn(usual, program)
        names = {}
        exec(compile(program.replace(usual, self.simulator.url), "README.md", "exec"), names)
        return names["tokens"]

    def test_the_program_signs_in_and_gets_tokens(self):
        """The README's program signs in by plain HTTP, as it stands there"""
        answer = self.tokens()
        self.assertIn("SecurityAlert.Read.All", answer["scope"])
        self.assertIn("refresh_token", answer)
        self.assertIn("id_token", answer)

    def test_every_command_of_the_table_is_taken(self):
        """Every command in the README's table is one"""
        commands = re.findall(r"`(\{\"[a-zA-Z]+\": \{.*?\}+)`", section("Signing in"))
        self.assertGreaterEqual(len(commands), 9)
        for text in commands:
            with self.subTest(text):
                self.give(json.loads(text))

    def test_what_goes_wrong_goes_wrong(self):
        """An ordered error, a secret that has ended, a disabled application answer as the README says"""
        full = self.app("full")
        form = {"grant_type": "client_credentials", "client_id": full["clientId"], "client_secret": full["secret"]}
        form["scope"] = "https://graph.microsoft.com/.default"
        token = f"{self.simulator.url}/{self.simulator.tenant['id']}/oauth2/v2.0/token"

        def ask():
            answer = requests.post(token, data=form, timeout=30)
            return answer.status_code, answer.json().get("error_codes", [0])[0], answer.headers.get("Retry-After")

        self.assertEqual(ask(), (200, 0, None))
        self.give({"failNext": {"code": 90033, "times": 3, "retryAfter": 5}})
        self.assertEqual([ask() for _ in range(4)], [(503, 90033, "5")] * 3 + [(200, 0, None)])
        self.give({"endSecrets": {"app": "full"}})
        self.assertEqual(ask(), (401, 7000222, None))
        self.give({"setApplication": {"app": "full", "enabled": False}})
        self.assertEqual(ask(), (400, 7000112, None))
        self.give({"setApplication": {"app": "full", "installed": False}})
        self.assertEqual(ask(), (400, 700016, None))
