"""What an authority takes."""

import pytest

from kubelearn import Authority


@pytest.mark.parametrize("name", ["", " ", 3, None])
def test_an_authority_has_a_name(name):
    """A text that is not empty."""
    with pytest.raises(ValueError, match="an authority has a name"):
        Authority(name)


@pytest.mark.parametrize("host", ["two words", "", 3, ["a.org", "b.org"]])
def test_a_host_is_one_word(host):
    """Several are several arguments."""
    with pytest.raises(ValueError, match="is no host: write issue"):
        Authority().issue(host)


@pytest.mark.parametrize("days", [0, -1, "90d", None, float("nan"), 10**9])
def test_a_certificate_lives_for_some_days(days):
    """A fraction of one at least, a hundred years at most."""
    with pytest.raises(ValueError, match="give a number above 0"):
        Authority().issue("a.org", days=days)
