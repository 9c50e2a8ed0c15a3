"""Answers the vectors of `controllers/statefulset.json` with the StatefulSet controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.statefulset.claims import Retention, owners_of_claim
from kubelearn.controllers.statefulset.identity import ordinal_of
from kubelearn.controllers.statefulset.sync import max_unavailable
from tests.controllers.control_room import CONTAINER, TEMPLATE, Room, control_room

Given = dict[str, Any]
LONG = 15
"""Seconds in which any of these sets comes to rest when its pods start and stop at once."""


def _max_unavailable(given: Given) -> Given:
    return {"maxUnavailable": max_unavailable(given["maxUnavailable"], given["replicas"])}


def _claim_owners(given: Given) -> Given:
    retention = Retention(given["whenScaled"] == "Delete", given["whenDeleted"] == "Delete")
    owners = owners_of_claim(retention, condemned=given["ordinal"] >= given["replicas"])
    return {"podOwner": owners.pod, "setOwner": owners.set}


def _template(image: str) -> Given:
    return {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": image}]}}


def _rolled_out(given: Given) -> Room:
    """A world in which the set was scaled up fully ready and then changed."""
    room = control_room("statefulset")
    words = ("podManagementPolicy", "updateStrategy", "replicas")
    spec = {word: given[word] for word in words}
    template = _template(given["image"])
    room.workload("StatefulSet", "db", serviceName="db", **{**spec, "template": template})
    room.settle(LONG)
    _change(room, given["change"]["image"], given["change"]["replicas"])
    return room


def _change(room: Room, image: str, replicas: int) -> None:
    spec = {"replicas": replicas, "template": _template(image)}
    room.api.patch("statefulsets.apps", "default", "db", {"spec": spec})
    room.settle(LONG)


def _images(room: Room) -> list[str]:
    pods = sorted(room.live(), key=ordinal_of)
    return [pod["spec"]["containers"][0]["image"] for pod in pods]


def _rollout(given: Given) -> Given:
    room, change = _rolled_out(given), given["change"]
    found: Given = {"images": _images(room)}
    if given["updateStrategy"]["type"] == "OnDelete":
        _change(room, change["image"], 0)
        _change(room, change["image"], change["replicas"])
        found["imagesAfterScaleToZeroAndBack"] = _images(room)
    return found


def _rollback(given: Given) -> Given:
    room = _rolled_out(given)
    updated = _images(room)
    _change(room, given["image"], given["change"]["replicas"])
    return {"imagesUpdated": updated, "imagesRolledBack": _images(room)}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "maxUnavailable": _max_unavailable,
    "claimOwners": _claim_owners,
    "rollout": _rollout,
    "rolloutThenRollback": _rollback,
}
