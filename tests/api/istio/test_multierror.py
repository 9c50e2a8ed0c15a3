"""One text of several errors."""

import pytest

from kubelearn.api.istio.multierror import Listed, text

TEXTS = [
    (["a"], "a"),
    ([Listed("a")], "1 error occurred:\n\t* a\n\n"),
    (["a", "b"], "2 errors occurred:\n\t* a\n\t* b\n\n"),
]


@pytest.mark.parametrize(("errors", "expected"), TEXTS)
def test_several_errors_and_some_single_ones_become_a_list(errors, expected):
    """As Go's multierror writes them."""
    assert text(errors) == expected
