"""Finds the Chromium that the browser tests drive; as a script it prints the path or fails."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Path of a Chromium that can be driven, or None.

    $KUBELEARN_CHROMIUM goes first, then playwright's own download, then what is on PATH. A snap is
    passed over: it sees no temporary folder of ours.
    """
    named = os.environ.get("KUBELEARN_CHROMIUM")
    if named:
        return named
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    if Path(downloaded).exists():
        return downloaded
    return next((path for path in map(shutil.which, COMMANDS) if path and not _is_snap(path)), None)


def _is_snap(path: str) -> bool:
    """Whether the command is a snap or the stub that asks for one."""
    resolved = Path(path).resolve()
    if "snap" in resolved.parts or resolved.name == "snap":
        return True
    with resolved.open("rb") as file:
        return b"snap install" in file.read(4096)


if __name__ == "__main__":
    found = find_chromium()
    if found is None:
        sys.exit("No Chromium found. Install one, or name it: KUBELEARN_CHROMIUM=/path/to/chromium")
    sys.stdout.write(f"{found}\n")
