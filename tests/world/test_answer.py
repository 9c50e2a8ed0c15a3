"""Answers in words."""

from kubelearn.world.answer import Answer


def test_it_is_shown_without_quotes():
    """In a terminal as the text itself."""
    assert repr(Answer("a\nb")) == "a\nb"


def test_in_a_notebook_long_lines_stay_whole():
    """They scroll; letters of HTML are letters."""
    html = Answer("NAME   READY\n<none> 1/1")._repr_html_()
    assert "white-space:pre;overflow-x:auto" in html
    assert html.endswith(">NAME   READY\n&lt;none&gt; 1/1</pre>")
