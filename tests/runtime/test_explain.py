"""Explanations: the same reasons as text, as HTML, and as data."""

from kubelearn.runtime.explain import Explanation, Reason
from kubelearn.sim.clock import SECOND

ROWS = ({"node": "a", "score": 7}, {"node": "long-name", "why": "full"})
ONE, TWO = Reason("one", "says <this>", 5 * SECOND), Reason("two", "that", table=ROWS)
FOUND = Explanation("Pod web", (ONE, TWO))


def test_as_text():
    """A line for each reason, the table in columns below it."""
    assert str(FOUND).splitlines() == [
        "Pod web",
        "  one at 5s: says <this>",
        "  two: that",
        "    node       score  why",
        "    a          7",
        "    long-name         full",
    ]
    assert repr(FOUND) == str(FOUND)


def test_as_html():
    """Texts are escaped."""
    html = FOUND._repr_html_()
    assert "says &lt;this&gt;" in html
    cell = "style='text-align:left;white-space:pre'"
    heads = "".join(f"<th {cell}>{name}</th>" for name in ("node", "score", "why"))
    assert heads in html
    assert f"<td {cell}>long-name</td>" in html
    assert "<div style='overflow-x:auto'" in html


def test_as_data():
    """For graders."""
    assert FOUND.to_dict() == {
        "subject": "Pod web",
        "reasons": [
            {"by": "one", "text": "says <this>", "time": 5 * SECOND, "table": []},
            {"by": "two", "text": "that", "time": None, "table": list(ROWS)},
        ],
    }
