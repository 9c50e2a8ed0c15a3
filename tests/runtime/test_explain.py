"""Explanations: the same reasons as text, as HTML, and as data."""

from kubelearn.runtime.explain import Explanation, Reason, amount
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


def test_the_total_is_next_to_its_name():
    """In text and in HTML: what stands behind a long verdict is out of sight."""
    rows = ({"node": "a", "verdict": "refused: " + "x" * 60, "total": 7},)
    found = Explanation("Pod web", (Reason("scheduler", "placed", table=rows),))
    assert str(found).splitlines()[2].split() == ["node", "total", "verdict"]
    html = found._repr_html_()
    assert html.index(">total<") < html.index(">verdict<")
    assert found.to_dict()["reasons"][0]["table"] == list(rows)


def test_a_long_cell_is_broken_into_lines():
    """A short one, such as a name with hyphens, is not."""
    rows = ({"node": "worker-1", "verdict": "too little memory, " * 4},)
    html = Explanation("Pod web", (Reason("scheduler", "placed", table=rows),))._repr_html_()
    assert "white-space:pre'>worker-1<" in html
    assert "white-space:pre-wrap;overflow-wrap:anywhere;min-width:18em'>too little" in html


def test_amounts_in_words():
    """One of a thing, several, and words with plurals of their own."""
    assert [amount(n, "pod") for n in (0, 1, 2)] == ["0 pods", "1 pod", "2 pods"]
    assert [amount(n, "is", "are") for n in (1, 2)] == ["1 is", "2 are"]
