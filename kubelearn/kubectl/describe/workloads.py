"""Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import human_duration
from kubelearn.api.tables.printer import selector_text
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.adoption import controlled
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import (
    NONE,
    UNSET,
    Page,
    boolean,
    controller,
    heading,
    joined,
    moment,
    tags,
)
from kubelearn.kubectl.describe.pods import statuses, write_template

INDEXES = 50
"""Letters of a list of indexes that are shown at least."""


def deployment(client: Client, page: Page, obj: Object) -> None:
    """A Deployment with its old and new ReplicaSets."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    page.line(f"CreationTimestamp:\t{moment(obj['metadata'].get('creationTimestamp'))}")
    tags(page, obj)
    page.line(f"Selector:\t{selector_text(spec['selector'])}")
    counts = {
        "desired": spec.get("replicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "total": status.get("replicas", 0),
        "available": status.get("availableReplicas", 0),
        "unavailable": status.get("unavailableReplicas", 0),
    }
    page.line("Replicas:\t" + " | ".join(f"{count} {name}" for name, count in counts.items()))
    page.line(f"StrategyType:\t{spec['strategy']['type']}")
    page.line(f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}")
    rolling = spec["strategy"].get("rollingUpdate")
    if rolling:
        text = f"{rolling['maxUnavailable']} max unavailable, {rolling['maxSurge']} max surge"
        page.line(f"RollingUpdateStrategy:\t{text}")
    write_template(page, spec["template"])
    _conditions(page, status)
    _replicasets(client, page, obj)


def _conditions(page: Page, status: Object) -> None:
    found = status.get("conditions") or ()
    if found:
        page.line("Conditions:")
        rows = ([f"{one['type']} ", one["status"], one.get("reason", "")] for one in found)
        page.table(("Type", "Status", "Reason"), rows)


def _replicasets(client: Client, page: Page, obj: Object) -> None:
    uid = obj["metadata"]["uid"]
    owned = controlled(client.world.api.owned("replicasets.apps", uid), uid)
    new = rs.find_new(obj, owned)
    old = [one for one in owned if one is not new]
    if owned:
        page.line(f"OldReplicaSets:\t{_created(old)}")
        page.line(f"NewReplicaSet:\t{_created([new] if new else [])}")


def _created(replicasets: Iterable[Object]) -> str:
    texts = (
        f"{one['metadata']['name']} ({(one.get('status') or {}).get('replicas', 0)}/"
        f"{one['spec'].get('replicas', 0)} replicas created)"
        for one in replicasets
    )
    return ", ".join(texts) or NONE


def replicaset(client: Client, page: Page, obj: Object) -> None:
    """A ReplicaSet or a ReplicationController."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    plain = obj["kind"] == "ReplicationController"
    page.line(f"Selector:\t{(joined if plain else selector_text)(spec.get('selector') or {})}")
    tags(page, obj)
    if controller(obj) and not plain:
        page.line(f"Controlled By:\t{controller(obj)}")
    page.line(f"Replicas:\t{status.get('replicas', 0)} current / {spec['replicas']} desired")
    page.line(f"Pods Status:\t{statuses(client, obj)}")
    write_template(page, spec["template"])
    _conditions(page, status)


def statefulset(client: Client, page: Page, obj: Object) -> None:
    """A StatefulSet with its claims."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    page.line(f"CreationTimestamp:\t{moment(obj['metadata'].get('creationTimestamp'))}")
    page.line(f"Selector:\t{selector_text(spec['selector'])}")
    tags(page, obj)
    page.line(f"Service Name:\t{spec.get('serviceName', '')}")
    page.line(f"Pod Management Policy:\t{spec.get('podManagementPolicy', '')}")
    page.line(f"Replicas:\t{spec['replicas']} desired | {status.get('replicas', 0)} total")
    page.line(f"Update Strategy:\t{spec['updateStrategy']['type']}")
    rolling = spec["updateStrategy"].get("rollingUpdate") or {}
    for title, field in (("Partition", "partition"), ("MaxUnavailable", "maxUnavailable")):
        if field in rolling:
            page.line(f"{title}:\t{rolling[field]}", 1)
    kept = spec.get("persistentVolumeClaimRetentionPolicy")
    if kept:
        page.line("Persistent Volume Claim Retention Policy:")
        page.line(f"WhenDeleted:\t{kept['whenDeleted']}", 1)
        page.line(f"WhenScaled:\t{kept['whenScaled']}", 1)
    page.line(f"Pods Status:\t{statuses(client, obj)}")
    write_template(page, spec["template"])
    _claims(page, spec.get("volumeClaimTemplates") or [])


def _claims(page: Page, templates: list[Object]) -> None:
    page.line("Volume Claims:" if templates else f"Volume Claims:\t{NONE}")
    for one in templates:
        metadata, spec = one["metadata"], one["spec"]
        page.line(f"Name:\t{metadata['name']}", 1)
        page.line(f"StorageClass:\t{spec.get('storageClassName', '')}", 1)
        page.labels("Labels", metadata.get("labels"), 1)
        page.labels("Annotations", metadata.get("annotations"), 1)
        asked = (spec.get("resources") or {}).get("requests") or {}
        page.line(f"Capacity:\t{asked.get('storage', '<default>')}", 1)
        page.line(f"Access Modes:\t[{' '.join(spec.get('accessModes') or ())}]", 1)


NUMBERS = {
    "Desired Number of Nodes Scheduled": "desiredNumberScheduled",
    "Current Number of Nodes Scheduled": "currentNumberScheduled",
    "Number of Nodes Scheduled with Up-to-date Pods": "updatedNumberScheduled",
    "Number of Nodes Scheduled with Available Pods": "numberAvailable",
    "Number of Nodes Misscheduled": "numberMisscheduled",
}
"""Title → field of a DaemonSet's status."""


def daemonset(client: Client, page: Page, obj: Object) -> None:
    """A DaemonSet."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    page.line(f"Selector:\t{selector_text(spec['selector'])}")
    page.line(f"Node-Selector:\t{joined(spec['template']['spec'].get('nodeSelector'))}")
    tags(page, obj)
    for title, field in NUMBERS.items():
        page.line(f"{title}: {status.get(field, 0)}")
    page.line(f"Pods Status:\t{statuses(client, obj)}")
    write_template(page, spec["template"])


def job(_client: Client, page: Page, obj: Object) -> None:
    """A Job."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    page.line(f"Selector:\t{selector_text(spec['selector'])}")
    tags(page, obj)
    if controller(obj):
        page.line(f"Controlled By:\t{controller(obj)}")
    page.line(f"Parallelism:\t{spec['parallelism']}")
    page.line(f"Completions:\t{spec.get('completions', UNSET)}")
    page.line(f"Completion Mode:\t{spec['completionMode']}")
    page.line(f"Suspend:\t{str(spec.get('suspend', False)).lower()}")
    page.line(f"Backoff Limit:\t{spec['backoffLimit']}")
    if "ttlSecondsAfterFinished" in spec:
        page.line(f"TTL Seconds After Finished:\t{spec['ttlSecondsAfterFinished']}")
    _course(page, spec, status)
    ready = f" ({status['ready']} Ready)" if "ready" in status else ""
    ended = f"{status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    page.line(f"Pods Statuses:\t{status.get('active', 0)} Active{ready} / {ended}")
    if spec["completionMode"] == "Indexed":
        page.line(f"Completed Indexes:\t{_capped(status.get('completedIndexes', ''))}")
    write_template(page, spec["template"])


def _course(page: Page, spec: Object, status: Object) -> None:
    """When it began and ended, and how long it may take."""
    began, ended = status.get("startTime"), status.get("completionTime")
    if began:
        page.line(f"Start Time:\t{moment(began)}")
    if ended:
        page.line(f"Completed At:\t{moment(ended)}")
    if began and ended:
        taken = parse_timestamp(ended) - parse_timestamp(began)
        page.line(f"Duration:\t{human_duration(taken)}")
    if "activeDeadlineSeconds" in spec:
        page.line(f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s")


def _capped(indexes: str) -> str:
    """A list of indexes, cut after one when it is long."""
    place = indexes.find(",", INDEXES)
    return f"{indexes[: place + 1]}..." if place >= 0 else indexes or NONE


def cronjob(_client: Client, page: Page, obj: Object) -> None:
    """A CronJob."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    tags(page, obj)
    deadline = spec.get("startingDeadlineSeconds")
    values = {
        "Schedule": spec["schedule"],
        "Concurrency Policy": spec["concurrencyPolicy"],
        "Suspend": boolean(spec.get("suspend")),
        "Time Zone": spec.get("timeZone", UNSET),
        "Successful Job History Limit": spec.get("successfulJobsHistoryLimit", UNSET),
        "Failed Job History Limit": spec.get("failedJobsHistoryLimit", UNSET),
        "Starting Deadline Seconds": UNSET if deadline is None else f"{deadline}s",
    }
    inner = spec["jobTemplate"]["spec"]
    selector = inner.get("selector")
    values |= {
        "Selector": selector_text(selector) if selector else UNSET,
        "Parallelism": inner.get("parallelism", UNSET),
        "Completions": inner.get("completions", UNSET),
    }
    if "activeDeadlineSeconds" in inner:
        values["Active Deadline Seconds"] = f"{inner['activeDeadlineSeconds']}s"
    for title, text in values.items():
        page.line(f"{title}:\t{text}")
    write_template(page, inner["template"])
    last = status.get("lastScheduleTime")
    page.line(f"Last Schedule Time:\t{moment(last) if last else UNSET}")
    active = ", ".join(one["name"] for one in status.get("active") or ())
    page.line(f"Active Jobs:\t{active or NONE}")
