"""The model in Pyodide, in node and without network: the Python that JupyterLite has."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import kubelearn
from tests.test_bare_python import LIFE, MANIFEST

FOLDER = os.environ.get("KUBELEARN_PYODIDE", "")
MISSING = (
    "KUBELEARN_PYODIDE names no folder with pyodide.mjs: run `npm pack pyodide`, unpack the file, "
    "and set the variable to its folder `package`"
)
SCRIPT = f"import sys\nsys.argv[1:] = [{MANIFEST!r}]\n{LIFE}\nprint(cluster.fingerprint())\n"
PICTURE = "print('<svg' in cluster.show()._repr_html_())\n"


def archive(path: Path, package: Path, pattern: str) -> Path:
    """A package as a wheel that only has its files."""
    with zipfile.ZipFile(path, "w") as pack:
        for file in sorted(package.rglob(pattern)):
            if file.is_file() and "__pycache__" not in file.parts:
                pack.write(file, file.relative_to(package.parent))
    return path


def spoken(command: list[str]) -> list[str]:
    """What a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.skipif(not (Path(FOLDER) / "pyodide.mjs").is_file(), reason=MISSING)
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to run Pyodide in")
def test_the_same_script_has_the_same_history_in_pyodide(tmp_path: Path) -> None:
    """Manifest, run, request, fork, rewind, why, show; and the same hash of the whole log."""
    script = tmp_path / "life.py"
    script.write_text(SCRIPT + PICTURE, "utf-8")
    ours = archive(tmp_path / "ours.whl", Path(kubelearn.__file__).parent, "*")
    theirs = archive(tmp_path / "yaml.whl", Path(yaml.__file__).parent, "*.py")
    runner = Path(__file__).with_name("run.mjs")
    command = ["node", runner, str(Path(FOLDER).resolve()), script, ours, theirs]
    found = spoken(list(map(str, command)))
    assert [*spoken([sys.executable, "-c", SCRIPT]), "True"] == found
