"""What a sync tells about itself."""

from kubelearn.controllers.podautoscaler.decision import Considered, Decision, explain

CPU = Considered("cpu resource", 6, ("3 pods use 300m", "ceil(2 × 3 ready pods) = 6"))


def test_a_sync_in_one_sentence():
    """From the present size to the new one."""
    decision = Decision(0, 3, (CPU,), 6, 6, 5, "ReadyForNewScale", "TooManyReplicas")
    assert decision.text() == (
        "3 replicas → metrics want 6 → limited to 5 (TooManyReplicas) → new size 5"
    )
    assert decision.action == "scale_up"


def test_the_window_is_named():
    """With its largest recommendation."""
    decision = Decision(0, 5, (), 2, 5, 5, "ScaleDownStabilized", recent=((0, 5), (1, 3)))
    assert "stabilised to 5 (ScaleDownStabilized; window up to 5) → no change" in decision.text()


def test_a_sync_without_metrics_says_why():
    """And changes nothing."""
    decision = Decision(0, 3, error="invalid metrics")
    assert (decision.text(), decision.action) == (
        "3 replicas, left as they are: invalid metrics", "none",
    )  # fmt: skip


def test_equal_syncs_in_a_row_are_told_once():
    """The table is the arithmetic."""
    calm = [Decision(time, 6, (CPU,), 6, 6, 6) for time in (0, 15, 30)]
    reasons = explain((*calm, Decision(45, 6, (CPU,), 7, 7, 7)))
    assert [reason.time for reason in reasons] == [0, 45]
    assert reasons[0].table[0]["how"] == "3 pods use 300m; ceil(2 × 3 ready pods) = 6"


def test_before_the_first_sync():
    """There is nothing to tell yet."""
    assert "has not been looked at yet" in explain(())[0].text
