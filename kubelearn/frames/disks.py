"""Claims and disks: who has which volume, in which zone it is, on which node, what is on it.

Written data is what programs with the annotation `kubelearn.dev/stores` wrote
(`kubelearn.kubelet.disks`). The course over time is in `disk_tracks`.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, condition, get_path, is_terminating, labels_of
from kubelearn.api.volumes import ATTACHMENTS, CLAIMS, VOLUMES, access_modes, claim_names, class_of
from kubelearn.frames.disk_marks import disk_marks, is_out_of_service
from kubelearn.frames.disk_tracks import (
    attachment_state,
    claim_of,
    needs_attaching,
    pod_state,
    tracks,
)
from kubelearn.frames.lanes import merged
from kubelearn.frames.marks import NODE_WORDS
from kubelearn.frames.nodes import ZONE_LABEL, node_state
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.duration import format_duration

SHORT_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
MOST_MARKS = 14
TOLD = 3
"""Volumes that the summary describes."""
LAST = 3
"""Entries of a disk that are shown."""


def disks(world: Any, start: int = 0) -> Frame:
    """The claims and disks at this moment, and their course since `start` (ns)."""
    end = max(world.clock.now, start + 1)
    volumes = [_volume(world, volume) for volume in world.api.list(VOLUMES)]
    claims = [_claim(world, claim, volumes) for claim in world.api.list(CLAIMS)]
    marks = [one for one in merged(disk_marks(world)) if start <= one["time"] <= end]
    return {
        "kind": "disks",
        "start": start,
        "end": end,
        "claims": claims,
        "volumes": volumes,
        "zones": _zones(world, volumes),
        "tracks": tracks(world, start, end),
        "marks": marks[-MOST_MARKS:],
        "hidden": max(0, len(marks) - MOST_MARKS),
        "summary": _summary(world.clock.now, claims, volumes),
    }


# Now


def _volume(world: Any, volume: Object) -> Row:
    name = volume["metadata"]["name"]
    attached = [one for one in world.api.list(ATTACHMENTS)
                if one["spec"]["source"].get("persistentVolumeName") == name]  # fmt: skip
    entries = world.parts["disks"].of_volume(name)
    claim = claim_of(volume)
    return {
        "key": f"pv/{name}",
        "name": name,
        "label": f"disk of {claim.partition('/')[2]}" if claim else name,
        "claim": claim,
        "phase": get_path(volume, "status", "phase", default=""),
        "policy": volume["spec"].get("persistentVolumeReclaimPolicy") or "Retain",
        "class": class_of(volume),
        "zones": _zones_of(volume),
        "size": get_path(volume, "spec", "capacity", "storage", default=""),
        "attaches": needs_attaching(volume),
        "nodes": [
            {"name": one["spec"]["nodeName"], "state": attachment_state(one)} for one in attached
        ],
        "count": len(entries),
        "last": list(entries[-LAST:]),
    }


def _zones_of(volume: Object) -> list[str]:
    """The zones from which a volume can be reached; none = from all."""
    required = get_path(volume, "spec", "nodeAffinity", "required", default=None) or {}
    return [
        zone
        for term in required.get("nodeSelectorTerms") or ()
        for part in term.get("matchExpressions") or ()
        if part["key"] == ZONE_LABEL and part["operator"] == "In"
        for zone in part["values"]
    ]


def _claim(world: Any, claim: Object, volumes: list[Row]) -> Row:
    metadata = claim["metadata"]
    name, namespace = metadata["name"], metadata["namespace"]
    volume = next((v for v in volumes if v["name"] == claim["spec"].get("volumeName")), None)
    users = [pod for pod in world.api.list("pods", namespace)
             if name in [named for named, _ in claim_names(pod)]]  # fmt: skip
    return {
        "key": f"pvc/{namespace}/{name}",
        "name": name if namespace == "default" else f"{namespace}/{name}",
        "phase": get_path(claim, "status", "phase", default="Pending"),
        "leaving": is_terminating(claim),
        "class": class_of(claim),
        "modes": ",".join(SHORT_MODES.get(mode, mode) for mode in access_modes(claim)),
        "asked": get_path(claim, "spec", "resources", "requests", "storage", default=""),
        "has": get_path(claim, "status", "capacity", "storage", default=""),
        "volume": volume["key"] if volume else "",
        "pods": [_user(pod) for pod in users],
        "waits": _waits(world, claim, volume, users),
    }


def _user(pod: Object) -> Row:
    return {"name": pod["metadata"]["name"], "node": pod["spec"].get("nodeName", ""),
            "state": pod_state(pod) or "over"}  # fmt: skip


def _waits(world: Any, claim: Object, volume: Row | None, users: list[Object]) -> str:
    """What keeps the claim or a pod that uses it waiting; "" for nothing."""
    if get_path(claim, "status", "phase") != "Bound":
        return last_said(world, claim)
    for pod in users:
        state, node = pod_state(pod), pod["spec"].get("nodeName", "")
        if state == "unplaced":
            scheduled = condition(pod, "PodScheduled") or {}
            return f"{pod['metadata']['name']}: {scheduled.get('message', 'no node yet')}"
        others = [one["name"] for one in (volume or {}).get("nodes", ()) if one["name"] != node]
        if state == "waiting" and others:
            return (
                f"{pod['metadata']['name']} waits on {node}: the disk is still attached to "
                f"{', '.join(others)}"
            )
    return ""


def last_said(world: Any, claim: Object) -> str:
    """The newest Event about a claim, a Warning before others; "" for none."""
    uid = claim["metadata"]["uid"]
    events = [event for event in world.api.list("events", claim["metadata"]["namespace"])
              if event["involvedObject"].get("uid") == uid]  # fmt: skip
    newest = max(events, key=_weight, default=None)
    return f"{newest['reason']}: {newest['message']}" if newest else ""


def _weight(event: Object) -> tuple[bool, str, int]:
    revision = int(event["metadata"]["resourceVersion"])
    return event.get("type") == "Warning", event.get("lastTimestamp") or "", revision


def _zones(world: Any, volumes: list[Row]) -> list[Row]:
    """The zones with their workers, and the disks of each; "" is the zone of those without."""
    nodes = [node for node in world.api.list("nodes")
             if "node-role.kubernetes.io/control-plane" not in labels_of(node)]  # fmt: skip
    names = sorted({labels_of(node).get(ZONE_LABEL, "") for node in nodes}
                   | {zone for volume in volumes for zone in volume["zones"]})  # fmt: skip
    return [
        {
            "name": zone,
            "nodes": [_node(node) for node in nodes if labels_of(node).get(ZONE_LABEL, "") == zone],
            "volumes": [volume["key"] for volume in volumes if zone in volume["zones"]],
        }
        for zone in names
    ]


def _node(node: Object) -> Row:
    state, out = node_state(node), is_out_of_service(node)
    return {"name": node["metadata"]["name"], "state": state,
            "status": f"{NODE_WORDS[state]}{', out of service' if out else ''}"}  # fmt: skip


def _summary(now: int, claims: list[Row], volumes: list[Row]) -> str:
    bound = sum(claim["phase"] == "Bound" for claim in claims)
    told = [_volume_words(volume) for volume in volumes[:TOLD]]
    if len(volumes) > TOLD:
        told.append(f"and {len(volumes) - TOLD} more")
    waiting = sum(bool(claim["waits"]) for claim in claims)
    waits = f" {waiting} of them wait{'s' if waiting == 1 else ''}." if waiting else ""
    heads = f"Claims and disks at {format_duration(round(now / 1e8) * 10**8)}: "
    return (
        f"{heads}{_many(len(claims), 'claim')}, {bound} bound.{waits} "
        f"{_many(len(volumes), 'volume')}{': ' if told else ''}{'; '.join(told)}."
    )


def _volume_words(volume: Row) -> str:
    where = ", ".join(volume["zones"]) or "any zone"
    places = [f"{one['state']} {'from' if one['state'] == 'detaching' else 'to'} {one['name']}"
              for one in volume["nodes"]]  # fmt: skip
    free = "attached nowhere" if volume["attaches"] else "reachable from every node"
    entries = "1 entry" if volume["count"] == 1 else f"{volume['count']} entries"
    return f"{volume['label']} in {where}, {', '.join(places) or free}, {entries}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
