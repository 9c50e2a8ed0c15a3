"""Issuers: the same keys and tokens in every process."""

import subprocess
import sys

import pytest

from kubelearn.api.jwt.issuer import ALGORITHMS, Issuer
from kubelearn.api.jwt.keys import FAILED, signature_problem
from kubelearn.api.jwt.tokens import read

PROGRAM = """
from kubelearn.api.jwt.issuer import Issuer
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
    with pytest.raises(ValueError, match="RS256, ES256 or HS256, not by 'none'"):
        Issuer("a", "none")


def test_a_secret_signs_too():
    """HS256: whoever has the secret can check the token, and nobody else."""
    token = Issuer("a", "HS256", "one secret").token("eva")
    parts = read(token)
    jwks = Issuer("a", "HS256", "one secret").jwks
    assert signature_problem(parts.header, parts.body, parts.signature, jwks) == ""
    other = Issuer("a", "HS256", "another").jwks
    assert signature_problem(parts.header, parts.body, parts.signature, other) == FAILED


def test_a_secret_goes_with_hs256():
    """One without the other is refused."""
    for algorithm, secret in (("HS256", ""), ("RS256", "x")):
        with pytest.raises(ValueError, match="HS256, and no other algorithm"):
            Issuer("a", algorithm, secret)


@pytest.mark.parametrize("options", [{"name": 3}, {"name": ""}, {"name": None}])
def test_an_issuer_has_a_name(options):
    """It is a claim of each token."""
    with pytest.raises(TypeError, match=r"name=.*: give a text"):
        Issuer(**options)
    with pytest.raises(TypeError, match="secret=3: give a text"):
        Issuer("a", "HS256", 3)


def test_a_subject_is_a_text():
    """Other claims are taken as they are."""
    with pytest.raises(TypeError, match="sub=3: give a text"):
        Issuer("a", "HS256", "s").token(3)
