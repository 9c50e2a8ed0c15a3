"""Names as the transcripts write them: in the place of random letters, the order of creation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_uppercase

from kubelearn.api.objects import Object, controller_of
from kubelearn.api.store import Store

SLICES = "endpointslices.discovery.k8s.io"
MIRRORING = "endpointslicemirroring-controller.k8s.io"
SUFFIX = r"[bcdfghjklmnpqrstvwxz2456789]{5}"


class Names:
    """Real name -> normal name of all generated objects in the history of a store."""

    def __init__(self, store: Store) -> None:
        self._normal: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self.letters: dict[str, str] = {}
        """Template hash -> letter of its ReplicaSet."""
        self.generated: dict[str, str] = {}
        """Normal name -> the same with `*` for its number."""
        self.uids: dict[str, tuple[str, str]] = {}
        """UID -> kind and real name."""
        for record in store.log:
            if record.old is None and record.new is not None and record.key[0]:
                self._note(record.resource, record.new)

    def _note(self, resource: str, obj: Object) -> None:
        name = obj["metadata"]["name"]
        self.uids[obj["metadata"].get("uid", "")] = (obj["kind"], name)
        if (obj["kind"], name) in self._normal:
            return
        if resource == "replicasets.apps":
            self._note_replicaset(obj)
        elif resource == "controllerrevisions.apps":
            owner = (controller_of(obj) or {}).get("name", "")
            number = self._counts[f"{owner}-rev"] = self._counts.get(f"{owner}-rev", -1) + 1
            self._normal[obj["kind"], name] = f"{owner}-rev-{ascii_uppercase[number]}"
        elif resource == "pods" and obj["metadata"].get("generateName"):
            prefix = self._prefix(obj["metadata"]["generateName"])
            self._number(obj, prefix)
        elif resource == "jobs.batch" and (controller_of(obj) or {}).get("kind") == "CronJob":
            prefix = f"{controller_of(obj)['name']}-"  # type: ignore[index]
            number = self._counts[prefix] = self._counts.get(prefix, 0) + 1
            self._normal["Job", name] = f"{prefix}{number}"
        elif resource == SLICES and obj["metadata"].get("generateName"):
            manager = obj["metadata"]["labels"].get("endpointslice.kubernetes.io/managed-by")
            word = "mirror" if manager == MIRRORING else "slice"
            self._number(obj, f"{obj['metadata']['generateName']}{word}-")

    def _note_replicaset(self, obj: Object) -> None:
        owner, name = controller_of(obj), obj["metadata"]["name"]
        if owner is None or owner["kind"] != "Deployment":
            return
        number = self._counts.get(owner["name"], 0)
        self._counts[owner["name"]] = number + 1
        letter = ascii_uppercase[number]
        self._normal["ReplicaSet", name] = f"{owner['name']}-{letter}"
        self.letters[(obj["metadata"].get("labels") or {}).get("pod-template-hash", "")] = letter

    def _prefix(self, generate: str) -> str:
        owner = generate.removesuffix("-")
        for kind in ("ReplicaSet", "Job"):
            if (kind, owner) in self._normal:
                return f"{self._normal[kind, owner]}-"
        return f"{owner}-"

    def _number(self, obj: Object, prefix: str) -> None:
        number = self._counts[prefix] = self._counts.get(prefix, 0) + 1
        normal = f"{prefix}{number}"
        self._normal[obj["kind"], obj["metadata"]["name"]] = normal
        self.generated[normal] = f"{prefix}*"

    def uid(self, uid: str) -> str:
        """A UID as `uid(Kind/name)`; another text as it is."""
        kind, name = self.uids.get(uid, ("", ""))
        return f"uid({kind}/{self.of(kind, name)})" if kind else uid

    def of(self, kind: str, name: str) -> str:
        """The normal name of an object."""
        return self._normal.get((kind, name), name)

    def real(self, kind: str, normal: str) -> str:
        """The name of the object with a normal name; the last one when there were several."""
        found = [name for (k, name), n in self._normal.items() if k == kind and n == normal]
        return found[-1] if found else normal

    def starred(self, normal: str) -> str:
        """The normal name with `*` for a number that was given in order of creation."""
        return self.generated.get(normal, normal)

    def text(self, text: str) -> str:
        """A message with normal names, and `*` for pods that could not be created."""
        for real, normal in self._longest_first():
            text = text.replace(real, normal)
        return re.sub(rf'pods "(.*?-){SUFFIX}" is forbidden', r'pods "\1*" is forbidden', text)

    def starred_text(self, text: str) -> str:
        """A message with `*` for numbers."""
        text = self.text(text)
        for normal in sorted(self.generated, key=len, reverse=True):
            text = text.replace(normal, self.generated[normal])
        return text

    def _longest_first(self) -> Iterable[tuple[str, str]]:
        pairs = ((name, normal) for (_, name), normal in self._normal.items())
        return sorted(pairs, key=lambda pair: -len(pair[0]))
