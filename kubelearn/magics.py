"""`%kubectl`, `%%kubectl` and `%%apply`: kubectl in a cell, also where there is no binary.

`%load_ext kubelearn` makes them known. They speak to the cluster in the variable `cluster`, or to
the only cluster that there is.
"""

from __future__ import annotations

import shlex
import sys
from typing import Any

from IPython.core.magic import Magics, cell_magic, line_cell_magic, magics_class

from kubelearn.cluster import Cluster
from kubelearn.kubectl import Client, execute

NAME = "cluster"
"""The variable that is looked at first."""


@magics_class
class Kubectl(Magics):  # type: ignore[misc]
    """The magics of a notebook."""

    @line_cell_magic  # type: ignore[untyped-decorator]
    def kubectl(self, line: str, cell: str = "") -> None:
        """Print what kubectl prints; the text of a cell is what `-f -` reads."""
        cluster = the_cluster(self.shell.user_ns)
        printed = execute(Client(cluster, cluster.send, cell), shlex.split(line))
        if printed.stdout:
            print(printed.stdout)  # noqa: T201 - as a program prints
        if printed.stderr:
            print(printed.stderr, file=sys.stderr)  # noqa: T201

    @cell_magic  # type: ignore[untyped-decorator]
    def apply(self, line: str, cell: str) -> None:
        """Apply the YAML of a cell; words behind `%%apply` go on to `kubectl apply`."""
        self.kubectl(f"apply -f - {line}", cell)


def the_cluster(variables: dict[str, Any]) -> Cluster:
    """The cluster that a notebook means; NameError when that is not clear."""
    found = variables.get(NAME)
    if isinstance(found, Cluster):
        return found
    clusters = {name: v for name, v in variables.items() if isinstance(v, Cluster)}
    if len({id(one) for one in clusters.values()}) == 1:
        return next(iter(clusters.values()))
    names = ", ".join(sorted(name for name in clusters if not name.startswith("_")))
    there = f"there are several: {names}" if names else "there is none"
    raise NameError(f"which cluster? {there}; call the one that is meant `{NAME}`")
