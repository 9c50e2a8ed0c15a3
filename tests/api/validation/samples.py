"""Right objects to break in tests, and how to change them and ask for errors."""

from typing import Any

from kubelearn.api.defaults import default
from kubelearn.api.defaults.job import generate_selector
from kubelearn.api.objects import Object
from kubelearn.api.validation import validate

LABELS = {"app": "web"}
TEMPLATE = {
    "metadata": {"labels": LABELS},
    "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]},
}
ONCE = {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}
WORKLOAD = {"selector": {"matchLabels": LABELS}, "template": TEMPLATE}
CLUSTER_SCOPED = (
    "nodes", "namespaces", "persistentvolumes", "csidrivers.storage.k8s.io",
    "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io",
)  # fmt: skip


def sample(resource: str, **fields: Any) -> Object:
    """A right, defaulted object of a resource, as the server sees it before validation."""
    metadata = {"name": "x", "uid": "u1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    if resource not in CLUSTER_SCOPED and "class" not in resource:
        metadata["namespace"] = "default"
    obj = default(resource, {"metadata": metadata, **fields})
    return generate_selector(obj) if resource == "jobs.batch" else obj


def changed(obj: Any, path: str, value: Any) -> Any:
    """The object with the value at a dotted path replaced; None removes it."""
    head, _, rest = path.partition(".")
    inner = changed(obj.get(head) or {}, rest, value) if rest else value
    if inner is None:
        return {name: obj[name] for name in obj if name != head}
    return {**obj, head: inner}


def texts(
    resource: str, new: Object, old: Object | None = None, subresource: str = ""
) -> list[str]:
    """The errors as they are printed, each once."""
    return list(dict.fromkeys(map(str, validate(resource, new, old, subresource))))


def after(resource: str, obj: Object, path: str, value: Any) -> list[str]:
    """The errors of an object after one change, defaulted again."""
    return texts(resource, default(resource, changed(obj, path, value)))


def update(resource: str, old: Object, path: str, value: Any) -> list[str]:
    """The errors of an update that changes one field."""
    return texts(resource, default(resource, changed(old, path, value)), old)
