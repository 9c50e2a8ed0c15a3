"""The PersistentVolume controller: binds claims and volumes, and reclaims what is left.

`claims` has the states of a claim, `volumes` those of a volume, `reclaim` what becomes of a volume
whose claim is gone, `controller` the loop.
"""

from kubelearn.controllers.persistentvolume.controller import PersistentVolumeController

__all__ = ["PersistentVolumeController"]
