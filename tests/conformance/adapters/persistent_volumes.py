"""Answers the vectors of `controllers/persistent_volumes.json` with the binder."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.volumes import best_match, modes_differ
from kubelearn.controllers.persistentvolume import PersistentVolumeController
from tests.controllers.control_room import control_room

Given = dict[str, Any]
RESOURCES = {
    "volumes": "persistentvolumes",
    "claims": "persistentvolumeclaims",
    "storageClasses": "storageclasses.storage.k8s.io",
}


def _best(given: Given) -> Given:
    found = best_match(given["claim"], given["volumes"], delayed=given["delayBinding"])
    return {"volumeUID": None if found is None else found["metadata"]["uid"]}


def _mismatch(given: Given) -> Given:
    return {"mismatch": modes_differ(given["claim"], given["volume"])}


def _sync(given: Given) -> Given:
    room = control_room()
    for name, resource in RESOURCES.items():
        for obj in given.get(name, ()):
            metadata = obj["metadata"]
            room.api.store.put(resource, (metadata.get("namespace", ""), metadata["name"]), obj)
    deleter = {} if "deleterSucceeds" not in given else {"deleter": lambda _: ""}
    controller = PersistentVolumeController(room.context, **deleter)
    side = "claims" if given["op"] == "syncClaim" else "volumes"
    metadata = given[side][0]["metadata"]
    current = room.api.get(RESOURCES[side], metadata.get("namespace"), metadata["name"])
    getattr(controller, side).sync(current)
    told = [f"{e['type']} {e['reason']}" for e in room.api.list("events")]
    left = {
        name: [_plain(obj) for obj in room.api.list(RESOURCES[name])]
        for name in ("volumes", "claims")
    }
    return {**left, "events": told}


def _plain(obj: Object) -> Object:
    metadata = {k: v for k, v in obj["metadata"].items() if k not in IGNORED}
    spec = obj["spec"]
    if "claimRef" in spec:
        reference = {k: v for k, v in spec["claimRef"].items() if k != "resourceVersion"}
        spec = {**spec, "claimRef": reference}
    return {**obj, "metadata": metadata, "spec": spec}


IGNORED = ("resourceVersion", "managedFields", "generation", "creationTimestamp")
OPERATIONS = {
    "bestMatch": _best,
    "volumeModeMismatch": _mismatch,
    "syncClaim": _sync,
    "syncVolume": _sync,
}


def check(case: Given) -> None:
    """The same objects afterwards; of the events, those that upstream checked."""
    given, expect = case["input"], case["expect"]
    found = OPERATIONS[given["op"]](given)
    if "events" in found:
        told = found.pop("events")
        expect = {name: value for name, value in expect.items() if name != "events"}
        wanted = case["expect"].get("events", [])
        assert wanted == told[: len(wanted)]
    assert expect == found
