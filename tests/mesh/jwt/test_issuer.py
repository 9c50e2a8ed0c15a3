"""Issuers: the same keys and tokens in every process."""

import subprocess
import sys

import pytest

from kubelearn.mesh.jwt.issuer import ALGORITHMS, Issuer

PROGRAM = """
from kubelearn.mesh.jwt.issuer import Issuer
for name in ("RS256", "ES256"):
    one = Issuer("a", name)
    print(one.jwks, one.token("ada", exp=5, role="x"))
"""


def test_two_hash_seeds():
    """Byte for byte."""
    found = [
        subprocess.run([sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0]) > 1000


@pytest.mark.parametrize("name", ALGORITHMS)
def test_names_have_keys_of_their_own(name):
    """Also their tokens differ."""
    assert Issuer("a", name).jwks != Issuer("b", name).jwks


def test_keys_can_be_guessed():
    """Whoever knows the name can sign."""
    assert Issuer("a").token("root") == Issuer("a").token("root")


def test_an_algorithm_that_is_none():
    """It says which there are."""
    with pytest.raises(ValueError, match="RS256 or ES256, not by 'none'"):
        Issuer("a", "none")
