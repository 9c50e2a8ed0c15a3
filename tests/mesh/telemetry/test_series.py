"""Series: counts in all and by pieces of time."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.mesh.telemetry.labels import NOBODY, Labels
from kubelearn.mesh.telemetry.series import Series
from kubelearn.sim.clock import MILLISECOND, SECOND

LABELS = Labels("source", "pod", NOBODY, "", NOBODY, "", "", "", "", "http", "200", "-", "none")
ROWS = st.lists(
    st.tuples(st.integers(0, 60 * SECOND), st.integers(0, 20 * SECOND)), min_size=1, max_size=50
)


@given(ROWS)
def test_many_at_once_count_as_one_after_the_other(rows):
    """In all, by pieces of time, in each bucket of the histogram."""
    one_by_one, at_once = Series(), Series()
    for end, took in rows:
        one_by_one.count(LABELS, end, took // MILLISECOND)
    at_once.count_all(LABELS, *map(list, zip(*rows, strict=True)))
    assert one_by_one.totals == at_once.totals
    assert one_by_one.pieces == at_once.pieces
