"""The certificates of an AWS account."""

import pytest

import kubelearn as kl
from kubelearn.cloud.aws.acm import Certificate
from tests.cloud.aws.edge import edge


@pytest.mark.parametrize(
    ("host", "expected"),
    [("shop.example.com", True), ("SHOP.example.com", True), ("a.b.example.com", False),
     ("example.com", False), ("example.org", True), ("localhost", False)],
)  # fmt: skip
def test_names(host, expected):
    """A star stands for one label."""
    one = Certificate("arn", "", ("*.example.com", "example.org"), 1)
    assert one.fits(host) is expected


@pytest.fixture
def cluster():
    """A cluster on AWS."""
    return edge()


def leaf(*hosts, **life):
    """A certificate that all clients trust."""
    return kl.Authority("kubelearn Public CA").issue(*hosts, **life)


def test_an_arn_is_shaped_as_acms(cluster):
    """With the region of the cluster; equal histories have equal ones."""
    twin = cluster.fork()
    arn, other = (each.import_certificate(leaf("a.example.com")) for each in (cluster, twin))
    assert arn.startswith("arn:aws:acm:us-west-2:111122223333:certificate/")
    assert arn == other != cluster.import_certificate(leaf("a.example.com"))


def test_a_certificate_is_replaced_by_its_arn(cluster):
    """As for a renewal."""
    arn = cluster.import_certificate(leaf("a.example.com"))
    assert cluster.import_certificate(leaf("b.example.com"), arn) == arn
    assert cluster.parts["acm"].names_of(arn) == ("b.example.com",)


def test_what_cannot_be_imported(cluster):
    """An unknown ARN, and a key of another certificate."""
    one, other = leaf("a.example.com"), leaf("b.example.com")
    with pytest.raises(ValueError, match="no certificate has the ARN"):
        cluster.import_certificate(one, "arn:aws:acm:x")
    with pytest.raises(ValueError, match="does not belong"):
        cluster.import_certificate(type(one)(one.chain, other.key))


def test_an_expired_certificate_fits_nobody(cluster):
    """ACM lists it no more as issued."""
    cluster.import_certificate(leaf("a.example.com", days=0.01))
    acm = cluster.parts["acm"]
    assert len(acm.fitting("a.example.com")) == 1
    cluster.run("15m")
    assert acm.fitting("a.example.com") == []


def test_a_rewind_imports_again(cluster):
    """The journal has the certificate."""
    arn = cluster.import_certificate(leaf("a.example.com"))
    cluster.run("20s")
    cluster.rewind("-10s")
    assert list(cluster.parts["acm"].imported) == [arn]
