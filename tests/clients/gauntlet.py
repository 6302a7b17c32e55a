"""The gauntlet finds what is wrong with connectors: three careful ones pass, each planted fault shows where foretold.

A planted connector runs the scenarios in which it must fail, and five others, which it must survive. With
MOCK_DEFENDER_GAUNTLET=whole in the environment it runs all of them.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from support import BINARY, REPOSITORY

CONNECTORS = Path(__file__).resolve().parent / "gauntlet"
sys.path.append(str(CONNECTORS))

from foretold import CAREFUL, KEEPS_A_TOKEN, PLANTED, foretold  # noqa: E402 (its folder was not known before)

# Those of the connection of Copilot do nothing to connectors.
FILES = (REPOSITORY / "scenarios").glob("*.yaml")
SHIPPED = sorted(path.stem for path in FILES if not path.stem.startswith("disconnected-"))
# Scenarios that are no use to others, since no connector but a planted one fails in them.
OWN = {path.stem: path for path in sorted((CONNECTORS / "scenarios").glob("*.yaml"))}

WHOLE = os.environ.get("MOCK_DEFENDER_GAUNTLET") == "whole"
# How many scenarios a planted connector runs beside those in which it must fail.
OTHERS = 5

# Seconds of real time that a round may take, and that it may take where it is foretold that it takes for ever.
PATIENCE, FOR_EVER = 60, 15
# Connectors mostly wait, so that more of them run at the same time than there are processors; but pauses are judged by
# real time, so that they must not have to wait for a processor.
CONNECTORS_AT_ONCE = os.cpu_count() or 1
SCENARIOS_AT_ONCE = 4


def command(connector):
    """What starts it."""
    script = [f"{connector}.py"] if connector in CAREFUL else ["planted.py", connector]
    return [sys.executable, "-B", CONNECTORS / script[0], *script[1:]]


def scenarios(connector):
    """Those that it runs."""
    every = [*SHIPPED, *OWN]
    if WHOLE or connector in CAREFUL:
        return every
    # Where it fails, and others from a place of its own on, so that each has its turn with some connector.
    told = [name for name in every if name in PLANTED.get(connector, {})]
    first = list(PLANTED).index(connector) * OTHERS % len(every) if connector in PLANTED else 0
    rest = [name for name in every[first:] + every[:first] if name not in told]
    return told + rest[:OTHERS]


def run(connector):
    """What the gauntlet says of it, by scenario."""
    names = scenarios(connector)
    hangs = {name for name in names if "hung" in PLANTED.get(connector, {}).get(name, "")}
    judged = {}
    for patience, chosen in [(PATIENCE, [name for name in names if name not in hangs]), (FOR_EVER, sorted(hangs))]:
        if chosen:
            judged |= judge(connector, chosen, patience)
    return judged


def judge(connector, names, patience):
    """Sends it through these scenarios."""
    asked = [part for name in names for part in ("--scenario", OWN.get(name, name))]
    limits = ["--jobs", str(SCENARIOS_AT_ONCE), "--timeout", str(patience)]
    gauntlet = [BINARY, "gauntlet", "--json", "-", *limits, *asked, "--", *command(connector)]
    ended = subprocess.run(gauntlet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if not ended.stdout:
        raise AssertionError(f"expected JSON; got status {ended.returncode} and {ended.stderr}")
    return {one["name"]: one for one in json.loads(ended.stdout)["scenarios"]}


def found(judged):
    """What was found, in words, the worst first; nothing, if it has passed."""
    if "error" in judged:
        return judged["error"]
    return "" if judged["passed"] else " ".join(finding["kind"] for finding in judged["findings"])


class Gauntlet(unittest.TestCase):
    """All connectors at once; each is looked at when its turn comes."""

    @classmethod
    def setUpClass(cls):
        pool = concurrent.futures.ThreadPoolExecutor(CONNECTORS_AT_ONCE)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        cls.judged = {connector: pool.submit(run, connector) for connector in [*CAREFUL, *PLANTED, KEEPS_A_TOKEN]}

    def as_foretold(self, connector):
        """It fails where it must, with what is foretold, and survives everything else."""
        for name, judged in self.judged[connector].result().items():
            with self.subTest(scenario=name):
                told = foretold(connector, name, judged["recoverable"])
                details = [finding["detail"] for finding in judged.get("findings", [])]
                self.assertEqual(found(judged), told, f"{details}\nagain: {judged.get('replay')}")

    def test_everything_foretold_can_happen(self):
        """Each scenario that is foretold exists, and each planted connector fails in one at least"""
        for connector, told in PLANTED.items():
            with self.subTest(connector=connector):
                self.assertEqual(set(told) - {*SHIPPED, *OWN}, set())
                self.assertTrue(told)


def looked_at(connector, sentence):
    """A test of one connector."""

    def test(self):
        self.as_foretold(connector)

    test.__doc__ = sentence
    return test


for one in CAREFUL:
    setattr(Gauntlet, f"test_{one}", looked_at(one, f"{one} survives everything that can be survived"))
for one in [*PLANTED, KEEPS_A_TOKEN]:
    words = one.replace("-", " ")
    setattr(Gauntlet, f"test_{one.replace('-', '_')}", looked_at(one, f"Who {words} fails where foretold"))
