"""Rules of CSIDrivers, CSINodes and CSIStorageCapacities (`pkg/apis/storage/validation`, 1.36)."""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.amounts import not_negative
from kubelearn.api.validation.checks import (
    IMMUTABLE,
    immutable,
    items,
    named,
    nonnegative_fields,
    optional_choice,
    part,
    same,
    struct,
)
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.label_selector import show_selector
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_subdomain, label_key
from kubelearn.api.validation.pod.remote_volumes import validate_csi_driver_name

GROUP_POLICIES: Final = ("File", "None", "ReadWriteOnceWithFSType")
MODES: Final = ("Persistent", "Ephemeral")
SHORTEST_TOKEN, LONGEST_TOKEN = 600, 2**32
SHORTEST_PERIOD: Final = 10
NODE_ID_BYTES: Final = 256


def create_driver(driver: Object) -> list[FieldError]:
    """A new CSIDriver."""
    return validate_meta(driver, namespaced=False) + _driver(part(driver, "spec"), "spec")


def update_driver(new: Object, old: Object) -> list[FieldError]:
    """A changed CSIDriver: how volumes are attached and how long they live stays."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old) + _driver(spec, "spec")
    # Upstream misspells the field.
    attached = "spec.attachedRequired"
    errors += immutable(spec.get("attachRequired"), before.get("attachRequired"), attached)
    modes, kept = spec.get("volumeLifecycleModes"), before.get("volumeLifecycleModes")
    return errors + immutable(modes, kept, "spec.volumeLifecycleModes")


def _driver(spec: Object, path: str) -> list[FieldError]:
    errors = optional_choice(
        spec.get("fsGroupPolicy"), child(path, "fsGroupPolicy"), GROUP_POLICIES
    )
    errors += _tokens(items(spec, "tokenRequests"), child(path, "tokenRequests"))
    for mode in items(spec, "volumeLifecycleModes"):
        if mode not in MODES:
            errors.append(not_supported(child(path, "volumeLifecycleModes"), mode, MODES))
    name = "nodeAllocatableUpdatePeriodSeconds"
    period = spec.get(name)
    if period is not None and period < SHORTEST_PERIOD:
        detail = "must be greater than or equal to 10 seconds"
        errors.append(invalid(child(path, name), period, detail))
    secret, name = spec.get("serviceAccountTokenInSecrets"), "serviceAccountTokenInSecrets"
    if secret is not None and not spec.get("tokenRequests"):
        detail = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        errors.append(invalid(child(path, name), secret, detail))
    return errors


def _tokens(requests: list[Object], path: str) -> list[FieldError]:
    errors, seen = [], set()
    for position, request in enumerate(requests):
        place, audience = index(path, position), request.get("audience", "")
        if audience in seen:
            errors.append(duplicate(child(place, "audience"), audience))
            continue
        seen.add(audience)
        seconds, place = request.get("expirationSeconds"), child(place, "expirationSeconds")
        if seconds is not None and seconds < SHORTEST_TOKEN:
            detail = "may not specify a duration less than 10 minutes"
            errors.append(invalid(place, seconds, detail))
        if seconds is not None and seconds > LONGEST_TOKEN:
            detail = "may not specify a duration larger than 2^32 seconds"
            errors.append(invalid(place, seconds, detail))
    return errors


def create_node(node: Object) -> list[FieldError]:
    """A new CSINode."""
    errors, seen = validate_meta(node, namespaced=False), set()
    for position, driver in enumerate(items(part(node, "spec"), "drivers")):
        place, name = index("spec.drivers", position), driver.get("name", "")
        errors += _node_driver(driver, place)
        errors += [duplicate(child(place, "name"), name)] if name in seen else []
        errors += _topology(items(driver, "topologyKeys"), place)
        seen.add(name)
    return errors


def _node_driver(driver: Object, path: str) -> list[FieldError]:
    errors = validate_csi_driver_name(driver.get("name", ""), child(path, "name"))
    identity, place = driver.get("nodeID", ""), child(path, "nodeID")
    errors += [] if identity else [required(place)]
    if len(identity.encode()) > NODE_ID_BYTES:
        detail = f"must be {NODE_ID_BYTES} characters or less"
        errors.append(invalid(place, identity, detail))
    allocatable = part(driver, "allocatable")
    return errors + nonnegative_fields(allocatable, child(path, "allocatable"), "count")


def _topology(keys: list[str], path: str) -> list[FieldError]:
    errors, seen = [], set()
    for name in keys:
        errors += [] if name else [required(path)]
        errors += [duplicate(path, name)] if name in seen else []
        errors += named(path, name, label_key(name))
        seen.add(name)
    return errors


def update_node(new: Object, old: Object) -> list[FieldError]:
    """A changed CSINode: of a driver that stays, only what can be attached changes."""
    errors = create_node(new)
    for before in items(part(old, "spec"), "drivers"):
        for driver in items(part(new, "spec"), "drivers"):
            one, other = ({**each, "allocatable": None} for each in (driver, before))
            if one.get("name") == other.get("name") and not same(one, other):
                fields = (("Name", "name", ""), ("NodeID", "nodeID", ""))
                rest = (
                    ("TopologyKeys", "topologyKeys", None),
                    ("Allocatable", "allocatable", None),
                )
                shown = struct(one, *fields, *rest)
                errors.append(invalid("spec.drivers", shown, IMMUTABLE))
    return errors


def create_capacity(capacity: Object) -> list[FieldError]:
    """A new CSIStorageCapacity."""
    errors = validate_meta(capacity)
    errors += validate_label_selector(capacity.get("nodeTopology"), "nodeTopology")
    storage_class = capacity.get("storageClassName", "")
    errors += named("storageClassName", storage_class, dns1123_subdomain(storage_class))
    amount = capacity.get("capacity")
    return errors + (not_negative(amount, "capacity") if amount is not None else [])


def update_capacity(new: Object, old: Object) -> list[FieldError]:
    """A changed CSIStorageCapacity: where and of which class it is stays."""
    errors, topology = validate_meta_update(new, old), new.get("nodeTopology")
    errors += immutable(topology, old.get("nodeTopology"), "nodeTopology", show_selector(topology))
    name, kept = new.get("storageClassName", ""), old.get("storageClassName", "")
    return errors + immutable(name, kept, "storageClassName")
