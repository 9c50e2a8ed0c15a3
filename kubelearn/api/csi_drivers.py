"""CSI drivers that a cluster can have: whose volumes they are, and where those can go.

A new driver is one row. Provisioners without a row are somebody else's: nothing here answers
them, so their claims stay pending, as with a driver that is not running.

Unlike the real one: attach limits and times are round numbers per driver, whatever the machine.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from kubelearn.sim.clock import SECOND


class Driver(NamedTuple):
    """What is known of a CSI driver."""

    name: str
    handle: str
    """How the handles of its volumes begin."""
    zonal: bool
    """Whether a volume can be reached from one zone only."""
    attaches: bool
    """Whether a volume must be attached to a node."""
    limit: int
    """Volumes that one node can attach; 0 = no limit."""
    shares: bool
    """Whether several nodes can have one of its file systems at a time."""
    creation: int
    """Nanoseconds to make a volume."""
    attachment: int
    """Nanoseconds to attach or detach one."""


DRIVERS: Final[dict[str, Driver]] = {
    driver.name: driver
    for driver in (
        Driver("ebs.csi.aws.com", "vol-0", True, True, 25, False, 2 * SECOND, 2 * SECOND),
        Driver("efs.csi.aws.com", "fs-0", False, False, 0, True, SECOND, 0),
    )
}
"""Driver -> what is known of it."""

MIGRATED: Final[dict[str, str]] = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}
"""Provisioner that was once inside Kubernetes -> the CSI driver that has taken its place
(`staging/src/k8s.io/csi-translation-lib`)."""


def migrated(provisioner: str) -> str:
    """The driver that answers a provisioner's name."""
    return MIGRATED.get(provisioner, provisioner)
