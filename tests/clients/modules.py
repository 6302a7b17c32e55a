"""Clients that are written for Node or for pages, at the versions of package-lock.json."""

import re
import shutil
import subprocess
from pathlib import Path

from support import PATIENCE

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"

# MSAL for Node wants this version or a newer one.
OLDEST = 20


def node():
    """The version of Node that is here, 0 for none."""
    if not (shutil.which("node") and shutil.which("npm")):
        return 0
    version = subprocess.check_output(["node", "--version"], text=True, timeout=PATIENCE)
    return int(re.match(r"v(\d+)", version)[1])


def install():
    """Installs them beside this file, anew when the lock has changed."""
    installed, wanted = MODULES / ".installed", (HERE / "package-lock.json").read_text()
    if not installed.exists() or installed.read_text() != wanted:
        command = ["npm", "ci", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(command, cwd=HERE, check=True, stdin=subprocess.DEVNULL)
        installed.write_text(wanted)
