"""The quiz of lesson 10."""

from __future__ import annotations

from kubelearn.learn.quiz import Question, Quiz

QUIZ = Quiz(
    (
        Question(
            "A container with an emptyDir crashes and is restarted in its pod. Its data?",
            {
                "a": (
                    "It is lost.",
                    "An emptyDir lives as long as its pod; the pod is still the same.",
                ),
                "b": (
                    "It is still there.",
                    "Yes: only when the pod itself is gone, the emptyDir is gone too.",
                ),
                "c": (
                    "It is there only if the node has a disk of its own.",
                    "Where the node keeps it does not matter; the pod's life decides.",
                ),
            },
            right="b",
        ),
        Question(
            "A claim of a class with WaitForFirstConsumer is Pending; no pod uses it. What now?",
            {
                "a": (
                    "Nothing is wrong: it waits until the scheduler has placed a pod that uses it.",
                    "Yes: then the disk can be made in the zone of that pod's node.",
                ),
                "b": (
                    "The storage driver is broken.",
                    "Nobody has asked the driver yet: the first consumer is missing.",
                ),
                "c": (
                    "The claim asks for more than there is.",
                    "Disks of a dynamic class are made on demand, in the size that is asked for.",
                ),
            },
            right="a",
        ),
        Question(
            "Why is a ReadWriteOnce disk not simply attached to the new node when the old one is "
            "silent?",
            {
                "a": (
                    "Kubernetes has no way to detach it.",
                    "It has: after six minutes by force, or at once when the taint is set.",
                ),
                "b": (
                    "The new node has no room.",
                    "Room was not the matter: Multi-Attach means that the old node still has it.",
                ),
                "c": (
                    "A silent node may still run and write: two writers would destroy the data.",
                    "Yes. Somebody has to vouch that the machine is really off.",
                ),
            },
            right="c",
        ),
        Question(
            "A claim whose volume has the policy Retain is deleted. What becomes of the data?",
            {
                "a": (
                    "It is deleted with the claim.",
                    "That is the policy Delete, which dynamic classes have by default.",
                ),
                "b": (
                    "It stays, the volume is Released, and a new claim does not get it by itself.",
                    "Yes: first somebody has to remove the volume's claimRef by hand.",
                ),
                "c": (
                    "The next claim of that size gets it.",
                    "That would hand one tenant's data to another; Released volumes are not free.",
                ),
            },
            right="b",
        ),
        Question(
            "A StatefulSet of three with claim templates has its pods in three zones. One zone "
            "is lost. What does Kubernetes do about the data of that replica?",
            {
                "a": (
                    "It attaches the disk in another zone.",
                    "A zone-bound disk cannot leave its zone: the pod stays Pending.",
                ),
                "b": (
                    "It copies the data from the other replicas.",
                    "Kubernetes keeps disks and copies nothing; the database has to replicate.",
                ),
                "c": (
                    "Nothing: that replica is out until the zone is back; the database must cope.",
                    "Yes: surviving a zone is the work of replication, or of shared storage.",
                ),
            },
            right="c",
        ),
        Question(
            "From lesson 03: which filter keeps a pod with a bound disk out of the other zones?",
            {
                "a": (
                    "VolumeBinding, by the volume's node affinity.",
                    "Yes: node(s) didn't match PersistentVolume's node affinity.",
                ),
                "b": (
                    "NodeResourcesFit.",
                    "That one compares requests with what is free on a node.",
                ),
                "c": (
                    "TaintToleration.",
                    "That one looks at taints; zones have none by themselves.",
                ),
            },
            right="a",
        ),
    )
)
