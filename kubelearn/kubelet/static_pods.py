"""Static pods: a kubelet runs them from its own files and shows them to the API as mirror pods.

Source: `pkg/kubelet/config/common.go`, `pkg/kubelet/pod/mirror_client.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import hashlib
import json

from kubelearn.api.objects import Object, owner_reference
from kubelearn.api.times import timestamp

SOURCE = "kubernetes.io/config.source"
MIRROR = "kubernetes.io/config.mirror"


def mirror_pod(manifest: Object, node: Object, now: int) -> Object:
    """The mirror pod of a static pod on a node: `<name>-<node>`, owned by the Node."""
    text = json.dumps(manifest, sort_keys=True)
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    metadata, name = manifest["metadata"], node["metadata"]["name"]
    annotations = {
        **(metadata.get("annotations") or {}),
        "kubernetes.io/config.hash": digest,
        MIRROR: digest,
        "kubernetes.io/config.seen": timestamp(now),
        SOURCE: "file",
    }
    owner = owner_reference(node)
    owner.pop("blockOwnerDeletion", None)
    spec = {
        **manifest["spec"],
        "nodeName": name,
        "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
    }
    return {
        **manifest,
        "metadata": {
            **metadata,
            "name": f"{metadata['name']}-{name}",
            "annotations": annotations,
            "ownerReferences": [owner],
        },
        "spec": spec,
    }


def is_mirror(pod: Object) -> bool:
    """Whether a pod is the mirror of a static pod."""
    return MIRROR in (pod["metadata"].get("annotations") or {})
