"""Creates, repairs and deletes the pods of a StatefulSet with their claims, and tells it.

Source: `pkg/controller/statefulset/stateful_pod_control.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import AlreadyExists, APIError, NotFound
from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.statefulset import claims as pvc
from kubelearn.controllers.statefulset import identity
from kubelearn.runtime.part import Context

COMPONENT = "statefulset-controller"


class ClaimsFailed(APIError):
    """A claim that a pod needs could not be made."""

    code, reason = 500, "InternalError"


class PodControl:
    """The writes of one sync of a StatefulSet."""

    def __init__(self, context: Context, statefulset: Object) -> None:
        self.context, self.set = context, statefulset
        self.api = context.api

    # Pods

    def create(self, pod: Object) -> None:
        """Create the claims of a pod, then the pod."""
        try:
            self.create_claims(pod)
        except APIError as error:
            self._tell("create", pod, error)
            raise
        try:
            made = self.api.create(pod, user=f"system:serviceaccount:kube-system:{COMPONENT}")
        except AlreadyExists:
            raise
        except APIError as error:
            self._tell("create", pod, error)
            raise
        self.own_claims(made)
        self._tell("create", pod, None)

    def delete(self, pod: Object) -> None:
        """Delete a pod."""
        metadata = pod["metadata"]
        try:
            self.api.delete("pods", metadata["namespace"], metadata["name"])
        except APIError as error:
            self._tell("delete", pod, error)
            raise
        self._tell("delete", pod, None)

    def repair(self, pod: Object) -> None:
        """Give back labels that a pod has lost, and its claims the owners that they should have."""
        self.own_claims(pod)
        labels = identity.missing_labels(pod)
        if not labels:
            return
        metadata = pod["metadata"]
        place = ("pods", metadata["namespace"], metadata["name"])
        try:
            self.api.patch(*place, {"metadata": {"labels": labels}})
        except APIError as error:
            self._tell("update", pod, error)
            raise
        self._tell("update", pod, None)

    def _tell(self, verb: str, pod: Object, error: APIError | None) -> None:
        verb = verb.capitalize()
        text = f"{verb} Pod {pod['metadata']['name']} in StatefulSet {self.set['metadata']['name']}"
        if error is None:
            self._event("Normal", f"Successful{verb}", f"{text} successful")
        else:
            self._event("Warning", f"Failed{verb}", f"{text} failed error: {error}")

    def _event(self, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(self.set, kind, reason, text, COMPONENT)

    # Claims

    def claims(self, pod: Object) -> list[Object]:
        """The claims of a pod that are there."""
        wanted = pvc.claims_of(self.set, identity.ordinal_of(pod))
        places = ((pvc.CLAIMS, c["metadata"]["namespace"], c["metadata"]["name"]) for c in wanted)
        found = (self.api.find(*place) for place in places)
        return [one for one in found if one is not None]

    def create_claims(self, pod: Object) -> None:
        """Create the claims that are missing; one that is being deleted is no use."""
        refusals = []
        for claim in pvc.claims_of(self.set, identity.ordinal_of(pod)):
            metadata = claim["metadata"]
            known = self.api.find(pvc.CLAIMS, metadata["namespace"], metadata["name"])
            if known is None:
                refusals += self._create_claim(pod, claim)
            elif is_terminating(known):
                refusals.append(f"pvc {metadata['name']} is to be deleted")
        if refusals:
            joined = ", ".join(refusals)
            raise ClaimsFailed(f"[{joined}]" if len(refusals) > 1 else joined)

    def _create_claim(self, pod: Object, claim: Object) -> list[str]:
        name, owner = claim["metadata"]["name"], self.set["metadata"]["name"]
        about = f"Pod {pod['metadata']['name']} in StatefulSet {owner}"
        try:
            self.api.create(claim)
        except APIError as error:
            text = f"Create Claim {name} for {about} failed error: {error}"
            self._event("Warning", "FailedCreate", text)
            return [f"failed to create PVC {name}: {error}"]
        self._event("Normal", "SuccessfulCreate", f"Create Claim {name} {about} success")
        return []

    def is_stale(self, pod: Object) -> bool:
        """Whether the pod has to wait until a claim of its predecessor is collected."""
        scaled = pvc.retention_of(self.set).scaled
        return scaled and pvc.is_stale(pod, self.claims(pod))

    def own_claims(self, pod: Object) -> None:
        """Write the owners of the claims of a pod as the retention policy wants them."""
        condemned = identity.ordinal_of(pod) not in identity.ordinals(self.set)
        wanted = pvc.owners_of_claim(pvc.retention_of(self.set), condemned=condemned)
        for claim in self.claims(pod):
            if pvc.foreign_controller(self.set, pod, claim):
                name = claim["metadata"]["name"]
                text = (
                    f"PersistentVolumeClaim {name} has a conflicting OwnerReference that acts as "
                    "a managing controller, the retention policy is ignored for this claim"
                )
                self._event("Warning", "ConflictingController", text)
                continue
            changed = pvc.owned_claim(self.set, pod, claim, wanted)
            if changed is not None:
                self._write_claim(changed)

    def _write_claim(self, claim: Object) -> None:
        try:
            self.api.update(claim)
        except NotFound:
            return
