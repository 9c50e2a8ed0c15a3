"""Command lines of kubectl."""

import re

import pytest

from tests.world.worlds import web_cluster


def test_the_word_kubectl_may_be_left_out():
    """As in a terminal, or without it."""
    cluster = web_cluster()
    assert cluster.kubectl("kubectl get svc") == cluster.kubectl("get svc")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("", "kubectl needs a verb"),
        ("proxy", "the real one (a cell opens no ports: use get --raw); these are: annotate, "),
        ("bogus", 'unknown command "bogus" for "kubectl"\n\nDid you mean this?\n\tlogs\n'),
        ("xyzzyx", 'unknown command "xyzzyx" for "kubectl"'),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(line, text):
    """With the verbs that there are."""
    with pytest.raises(ValueError, match=re.escape(text)):
        web_cluster().kubectl(line)
