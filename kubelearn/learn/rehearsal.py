"""Trying things out: a program is told to behave otherwise, a load is played in a fork."""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api.app import ANNOTATIONS
from kubelearn.cluster import Cluster
from kubelearn.world.load import Load

RATE = 20
"""Requests in a second."""
ROLLED_OUT, ENDED = "40s", "10s"
"""How long new pods take to serve, and how long the last requests may take to end."""


def annotations_of(behaviour: Mapping[str, str]) -> dict[str, str]:
    """How the model is told what a program does: `_` in a name stands for `-`."""
    return {f"kubelearn.dev/{key.replace('_', '-')}": value for key, value in behaviour.items()}


def tell(cluster: Cluster, name: str, **behaviour: str) -> None:
    """Change what a Deployment's program does, such as `fails="60%"`, and wait for its new pods.

    Raises ValueError for what the model does not know or cannot read.
    """
    if not behaviour:
        raise ValueError(f'say what it does, such as tell(cluster, "{name}", fails="60%")')
    for key, text in behaviour.items():
        _read(key, text)
    name = name.removeprefix("deployment/")
    template = {"metadata": {"annotations": annotations_of(behaviour)}}
    cluster.patch(f"deployment/{name}", {"spec": {"template": template}})
    cluster.run(ROLLED_OUT)


def _read(key: str, text: str) -> None:
    """Whether the model knows this of a program: it passes over annotations that it cannot read."""
    known = ANNOTATIONS.get(key.replace("_", "-"))
    if known is None:
        names = ", ".join(name.replace("-", "_") for name in ANNOTATIONS)
        raise ValueError(f"a program has no {key!r}: choose of {names}")
    if not isinstance(text, str):
        raise ValueError(f'{key}={text!r}: write it as a text, such as "2%" or "fixed 200ms"')
    try:
        known.read(text)
    except ValueError as error:
        raise ValueError(f"{key}={text!r}: {error}") from None


def rehearse(cluster: Cluster, url: str, duration: str) -> Load:
    """The pod `visitor` asks 20 times a second in a fork, so that the cluster stays as it is."""
    twin = cluster.fork()
    load: Load = twin.load(url, rate=RATE, duration=duration, client="pod/visitor")
    twin.run(duration)
    twin.run(ENDED)
    return load
