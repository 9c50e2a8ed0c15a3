"""The lines of volumes and of their classes."""

from kubelearn.api.tables import printer_of


def cells(plural, **obj):
    """The cells of an object's line."""
    return printer_of(plural).row(obj, 0, wide=True)


def test_a_volume_without_capacity():
    """It holds nothing."""
    assert cells("persistentvolumes", metadata={"name": "v"}, spec={})[1] == "0"


def test_the_default_attributes_class():
    """By an annotation of its own."""
    annotations = {"volumeattributesclass.alpha.kubernetes.io/is-default-class": "true"}
    meta = {"name": "gold", "annotations": annotations}
    assert cells("volumeattributesclasses.storage.k8s.io", metadata=meta)[0] == "gold (default)"
