"""`kubectl logs`: what containers have printed.

Source: kubectl `pkg/cmd/logs/logs.go`, Kubernetes 1.36.

Unlike the real one: `-f` does not follow, since nobody can end it in a cell.
"""

from __future__ import annotations

import argparse

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client, path_of
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.pod_choice import GROUPS, container_of, pods_of
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.world.references import Reference

OF_SELECTOR = 10
"""Lines of each pod when pods are named by labels."""


def logs(client: Client, words: list[str]) -> str:
    """What `kubectl logs POD` prints."""
    options = _parser().parse(words)
    pods = _pods(client, options)
    query = _query(options)
    texts = []
    for pod in pods:
        for container in _containers(client, pod, options):
            text = _log(client, pod, container, query)
            texts.append(_prefixed(text, pod, container) if options.prefix else text)
    return "".join(texts).removesuffix("\n")


def _parser() -> Parser:
    parser = Parser("logs", "namespace")
    parser.add_argument("-l", "--selector", default="")
    parser.add_argument("-c", "--container", default="")
    parser.add_argument("--tail", type=int, default=-1)
    for flag in ("since", "since-time"):
        parser.add_argument(f"--{flag}", default="")
    parser.add_argument("--limit-bytes", type=int, default=0)
    for flag in ("all-containers", "all-pods", "timestamps", "prefix"):
        parser.switch(f"--{flag}")
    parser.switch("-p", "--previous")
    return parser


def _pods(client: Client, options: argparse.Namespace) -> list[Object]:
    if options.selector:
        kind = client.world.api.kinds.named("pods")
        return client.list(kind, options.namespace, selector=options.selector)
    if not options.words:
        raise UsageError(
            "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
            "POD or TYPE/NAME is a required argument for the logs command\n"
            "See 'kubectl logs -h' for help and examples"
        )
    word, *more = options.words
    if more and not options.container:
        options.container = more[0]
    try:
        pods = pods_of(client, word, options.namespace)
    except NotFound as error:
        where = f'in namespace "{options.namespace}"'
        raise UsageError(f"error from server (NotFound): {error} {where}") from None
    if options.all_pods:
        return pods
    if len(pods) > 1:
        name = pods[0]["metadata"]["name"]
        client.stderr.append(f"Found {len(pods)} pods, using pod/{name}")
    return pods[:1]


def _containers(client: Client, pod: Object, options: argparse.Namespace) -> list[str]:
    if options.all_containers:
        spec = pod["spec"]
        order = (GROUPS[1], GROUPS[0], GROUPS[2])
        return [one["name"] for group in order for one in spec.get(group) or ()]
    return [container_of(client, pod, options.container)]


def _query(options: argparse.Namespace) -> dict[str, str]:
    tail = OF_SELECTOR if options.selector and options.tail < 0 else options.tail
    query = {"tailLines": str(tail)} if tail >= 0 else {}
    if options.since:
        query["sinceSeconds"] = str(-(-parse_duration(options.since) // SECOND))
    if options.since_time:
        query["sinceTime"] = options.since_time
    if options.limit_bytes:
        query["limitBytes"] = str(options.limit_bytes)
    switches = {"timestamps": options.timestamps, "previous": options.previous}
    return query | {name: "true" for name, on in switches.items() if on}


def _log(client: Client, pod: Object, container: str, query: dict[str, str]) -> str:
    kind, metadata = client.world.api.kinds.named("pods"), pod["metadata"]
    path = path_of(Reference(kind, metadata["namespace"], metadata["name"]), "log")
    text: str = client.request("GET", path, query={**query, "container": container})
    return text


def _prefixed(text: str, pod: Object, container: str) -> str:
    front = f"[pod/{pod['metadata']['name']}/{container}] "
    return "".join(f"{front}{line}\n" for line in text.splitlines())
