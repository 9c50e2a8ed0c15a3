"""Command lines of kubectl."""

import pytest

from kubelearn.kubectl import VERBS, run
from tests.world.worlds import web_cluster


def test_the_word_kubectl_may_be_left_out():
    """As in a terminal, or without it."""
    cluster = web_cluster()
    assert run(cluster, "kubectl get svc") == run(cluster, "get svc")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("", "kubectl needs a verb"),
        ("logs x", f"kubectl logs is not modelled yet: choose {', '.join(VERBS)}"),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(line, text):
    """With the verbs that there are."""
    with pytest.raises(ValueError, match=text):
        run(None, line)
