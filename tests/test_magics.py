"""`%kubectl` and `%%apply` in a notebook."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelearn.magics import the_cluster
from tests.world.worlds import web_cluster

MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '1'}\n"


@pytest.fixture
def shell():
    """A notebook with a cluster."""
    made = InteractiveShell()
    made.run_cell("%load_ext kubelearn")
    made.user_ns["cluster"] = web_cluster()
    return made


def test_a_line(shell, capsys):
    """The text of kubectl; variables of the notebook in braces."""
    shell.run_cell("name = 'web'\n%kubectl get deployment {name} -o name")
    assert capsys.readouterr().out == "deployment.apps/web\n"


def test_refusals_are_printed_and_not_raised(shell, capsys):
    """On the standard error, as in a terminal."""
    done = shell.run_cell("%kubectl get pod nope")
    assert done.success
    assert capsys.readouterr().err == 'Error from server (NotFound): pods "nope" not found\n'


def test_cells(shell, capsys):
    """The text of a cell is a manifest."""
    shell.run_cell(f"%%apply\n{MANIFEST}")
    shell.run_cell(f"%%kubectl apply -f - --dry-run=server\n{MANIFEST}")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["configmap/m created", "configmap/m unchanged (server dry run)"]
    assert shell.user_ns["cluster"].object("configmap/m")["data"] == {"a": "1"}


def test_which_cluster():
    """The variable `cluster`, or the only one."""
    one, other = web_cluster(), web_cluster()
    assert the_cluster({"cluster": one, "twin": other}) is one
    assert the_cluster({"c": one, "_": one, "x": 1}) is one
    with pytest.raises(NameError, match="there are several: a, b"):
        the_cluster({"a": one, "b": other})
    with pytest.raises(NameError, match="there is none"):
        the_cluster({})
