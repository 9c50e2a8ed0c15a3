"""A Kubernetes that you can see, break, rewind and fork inside a notebook.

>>> import kubelearn as kl
>>> cluster = kl.Cluster(nodes=3, seed=7)
>>> cluster.apply("web.yaml")
>>> cluster.run("60s")
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "APIError": "kubelearn.api.errors",
    "Authority": "kubelearn.network.tls.certificates",
    "Cluster": "kubelearn.cluster",
    "ConfigurationError": "kubelearn.scheduler",
    "Explanation": "kubelearn.runtime.explain",
    "Issuer": "kubelearn.api.jwt.issuer",
    "PLUGINS": "kubelearn.scheduler",
    "check": "kubelearn.scheduler",
    "compare": "kubelearn.widgets",
    "lesson": "kubelearn.learn",
    "load_dump": "kubelearn.scenarios",
    "unschedulable": "kubelearn.scheduler",
}
"""Public name → the module that has it; modules are imported when a name is first used."""

__all__ = [  # noqa: RUF022
    "APIError",
    "Authority",
    "Cluster",
    "ConfigurationError",
    "Explanation",
    "Issuer",
    "PLUGINS",
    "check",
    "compare",
    "lesson",
    "load_dump",
    "unschedulable",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"kubelearn has no {name!r}: it has {', '.join(__all__)}")
    import importlib

    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext kubelearn`: makes `%kubectl`, `%%kubectl` and `%%apply` known to a notebook."""
    import importlib

    ipython.register_magics(importlib.import_module("kubelearn.magics").Kubectl)
