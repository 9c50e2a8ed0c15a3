"""The model in a Python that has nothing but PyYAML, as Pyodide without compiled packages."""

import subprocess
import sys

from tests.web import CLIENT, DEPLOYMENT, SERVICE

BLOCKED = """
import sys

class Blocked:
    names = {"numpy", "pandas", "matplotlib", "IPython", "cryptography", "xxhash"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""
LIFE = """
import kubelearn as kl

cluster = kl.Cluster(nodes=2, seed=1)
cluster.apply(sys.argv[1])
cluster.run("30s")
print(cluster.kubectl("get deployments").splitlines()[1].split()[:2])
print(cluster.request("http://web/", client="pod/client").status)
print(len(cluster.fork().rewind("5s").why("deployment/web").reasons) > 0)
"""
MANIFEST = DEPLOYMENT + SERVICE + CLIENT


def spoken(script: str) -> list[str]:
    """What a script prints in a Python without the blocked packages."""
    command = [sys.executable, "-c", script, MANIFEST]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_cluster_lives_without_compiled_packages() -> None:
    """Manifest, run, request, fork, rewind, why."""
    assert spoken(BLOCKED + LIFE) == ["['web', '2/2']", "200", "True"]


def test_the_picture_is_still_where_there_are_no_widgets() -> None:
    """As SVG and as text."""
    show = """
print('<svg' in cluster.show()._repr_html_())
print(str(cluster.show()).splitlines()[-1])
"""
    hint = "A still picture: install anywidget for the live one."
    assert spoken(BLOCKED + LIFE + show)[-2:] == ["True", hint]


def test_what_needs_a_table_names_the_package() -> None:
    """`get` wants pandas, and says so."""
    ask = "\ntry:\n    cluster.get('pods')\nexcept ImportError as error:\n    print(error.name)\n"
    assert spoken(BLOCKED + LIFE + ask)[-1] == "pandas"
