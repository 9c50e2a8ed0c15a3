"""`kubectl scale` and `kubectl autoscale`.

Source: kubectl `pkg/cmd/scale/scale.go`, `pkg/cmd/autoscale/autoscale.go`, Kubernetes 1.36.

Unlike the real one: `scale --timeout` does not wait.
"""

from __future__ import annotations

import argparse

from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import created, said, write_of

MANAGER = "kubectl-scale"


def scale(client: Client, words: list[str]) -> str:
    """What `kubectl scale --replicas=N OBJECTS` prints."""
    parser = Parser("scale", "namespace", "selection", "files", "dry run", "output")
    for flag in ("replicas", "current-replicas"):
        parser.add_argument(f"--{flag}", type=int, default=-1)
    parser.add_argument("--resource-version", default="")
    options = parser.parse(words)
    if options.replicas < 0:
        raise UsageError('required flag(s) "replicas" not set')

    def act(one: Chosen) -> str:
        obj = client.get(one.reference)
        if options.current_replicas >= 0 or options.resource_version:
            _check(client.get(one.reference, "scale"), options)
        if options.dry_run != "client":
            write = write_of(options, MANAGER, subresource="scale")
            client.patch(one.reference, {"spec": {"replicas": options.replicas}}, "merge", write)
        return said(one.reference.kind, obj, "scaled", options)

    return each(client, chosen(client, options, options.words), act)


def _check(found: Object, options: argparse.Namespace) -> None:
    wanted = options.current_replicas
    present = found["spec"].get("replicas", 0)
    if wanted >= 0 and present != wanted:
        raise UsageError(f"Expected replicas to be {wanted}, was {present}")
    version, seen = options.resource_version, found["metadata"]["resourceVersion"]
    if version and version != seen:
        raise UsageError(f"Expected resource version to be {version}, was {seen}")


def autoscale(client: Client, words: list[str]) -> str:
    """What `kubectl autoscale WORKLOAD --min=N --max=N --cpu=PERCENT` prints."""
    parser = Parser("autoscale", "namespace", "selection", "files", "dry run", "output")
    for flag in ("min", "max"):
        parser.add_argument(f"--{flag}", type=int, default=-1)
    for flag in ("cpu", "memory", "name"):
        parser.add_argument(f"--{flag}", default="")
    parser.add_argument("--cpu-percent", type=int, default=-1)
    options = parser.parse(words)
    low, high = options.min, options.max
    if high < 0:
        raise UsageError('required flag(s) "max" not set')
    if high < 1:
        raise UsageError(f"--max=MAXPODS is required and must be at least 1, max: {high}")
    if high < low:
        raise UsageError(
            f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {high}, min: {low}"
        )
    metrics = _metrics(options.cpu, options.memory, options.cpu_percent)

    def act(one: Chosen) -> str:
        kind, _, name = one.reference
        target = {"apiVersion": kind.api_version, "kind": kind.kind, "name": name}
        client.get(one.reference)
        spec: Object = {"scaleTargetRef": target, "minReplicas": low if low > 0 else None}
        spec |= {"maxReplicas": high, "metrics": metrics or None}
        obj = {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": options.name or name},
            "spec": {field: value for field, value in spec.items() if value is not None},
        }
        return created(client, obj, options, "kubectl-autoscale", "autoscaled")

    return each(client, chosen(client, options, options.words), act)


def _metrics(cpu: str, memory: str, percent: int) -> list[Object]:
    cpu = cpu or (f"{percent}%" if percent >= 0 else "")
    pairs = (("cpu", cpu), ("memory", memory))
    return [_metric(resource, text) for resource, text in pairs if text]


def _metric(resource: str, text: str) -> Object:
    if text.endswith("%"):
        target: Object = {"type": "Utilization", "averageUtilization": int(text[:-1])}
    else:
        target = {"type": "AverageValue", "averageValue": text}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}
