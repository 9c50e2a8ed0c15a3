"""The printer of a kind as it is served."""

from kubelearn.api.tables import printer_of
from kubelearn.api.tables.served import printer_for
from kubelearn.cluster import Cluster


def test_built_in_and_custom_kinds():
    """A custom kind without columns of its own prints name and age."""
    cluster = Cluster(nodes=0)
    cluster.install("gateway-api")
    kinds = cluster.api.kinds
    assert printer_for(cluster.api, kinds.named("pods"), "v1") is printer_of("pods")
    columns = printer_for(cluster.api, kinds.named("referencegrants"), "v1").columns
    assert [column.name for column in columns] == ["Name", "Age"]
