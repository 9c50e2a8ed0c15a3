"""What clients say of certificates, in curl's words."""

import pytest

from kubelearn.network.tls.certificates import PUBLIC, Authority, Certificate, is_pair
from kubelearn.network.tls.client import (
    EARLY,
    EXPIRED,
    SELF_SIGNED,
    UNKNOWN,
    WRONG_HOST,
    Trust,
    trusting,
)
from kubelearn.sim.clock import SECOND

DAY = 86_400 * SECOND
CA = Authority("Shop CA")
LEAF = CA.issue("shop.example.com", "*.shop.example.com", start="1h", days=30)
OWN = Trust(CA.certificate)


@pytest.mark.parametrize(
    ("trust", "host", "time", "text"),
    [
        (OWN, "shop.example.com", DAY, ""),
        (OWN, "a.shop.example.com", DAY, ""),
        (OWN, "a.b.shop.example.com", DAY, WRONG_HOST.format(host="a.b.shop.example.com")),
        (OWN, "example.com", DAY, WRONG_HOST.format(host="example.com")),
        (OWN, "shop.example.com", 0, EARLY),
        (OWN, "shop.example.com", 31 * DAY, EXPIRED),
        (Trust(), "shop.example.com", DAY, UNKNOWN),
        (Trust(insecure=True), "other.example.com", 31 * DAY, ""),
    ],
)
def test_a_chain_is_judged(trust, host, time, text):
    """Authority first, then time, then name."""
    assert text == trust.problem(LEAF.chain, host, time)


def test_what_holds_no_certificate_is_no_authority():
    """It says so before anything is sent; who checks nothing needs none."""
    with pytest.raises(ValueError, match=r"cacert='nonsense' is no certificate \(PEM\): give"):
        trusting("nonsense", insecure=False)
    assert Trust("nonsense", insecure=True) == trusting("nonsense", insecure=True)


def test_the_public_authority_is_trusted_by_all():
    """Without being told."""
    leaf = Authority(PUBLIC).issue("shop.example.com")
    assert Trust().problem(leaf.chain, "shop.example.com", DAY) == ""


def test_a_certificate_that_signs_itself():
    """Is not one of an authority that the client knows."""
    assert Trust().problem(CA.certificate, "shop.example.com", DAY) == SELF_SIGNED


def test_certificates_are_the_same_whenever_they_are_made():
    """Keys come from names."""
    again = Authority("Shop CA").issue(
        "shop.example.com", "*.shop.example.com", start="1h", days=30
    )
    assert again == LEAF
    assert LEAF.key != CA.issue("shop.example.com").key


def test_a_key_belongs_to_its_certificate():
    """And to no other."""
    other: Certificate = CA.issue("cart.example.com")
    assert (
        is_pair(LEAF.chain, LEAF.key), is_pair(LEAF.chain, other.key), is_pair("", "")
    ) == (True, False, False)  # fmt: skip


def test_a_certificate_names_a_host():
    """None is an error that says what to write."""
    with pytest.raises(ValueError, match="names one host at least"):
        CA.issue()
