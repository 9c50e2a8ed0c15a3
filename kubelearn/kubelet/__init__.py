"""The kubelets: the agents that run pods on nodes and report on both."""

from kubelearn.kubelet.disks import Disks
from kubelearn.kubelet.kubelets import Kubelets
from kubelearn.kubelet.situation import Outcome, Situation, Stage
from kubelearn.kubelet.stages import STAGES

__all__ = ["STAGES", "Disks", "Kubelets", "Outcome", "Situation", "Stage"]
