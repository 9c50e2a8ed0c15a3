"""Tests of what a CronJob says that it waits for."""

from kubelearn.controllers.cronjob.explain import reasons
from tests.controllers.cronjob.cron_room import cron_room


def test_the_next_run_is_told() -> None:
    """With the policy that may keep it back."""
    room = cron_room(concurrencyPolicy="Forbid")
    room.run(60)
    assert reasons(room.get("cronjobs.batch", "cron"), room.clock.now) == [
        "active Jobs: cron-29453761",
        "its last run was scheduled for 2026-01-01T00:01:00Z",
        "the next run is due at 2026-01-01T00:02:00Z",
        "concurrencyPolicy Forbid: it starts nothing while a Job is active",
    ]


def test_suspension_is_told() -> None:
    """With what to do."""
    room = cron_room(suspend=True)
    text = reasons(room.get("cronjobs.batch", "cron"), 0)[-1]
    assert text == "is suspended: set spec.suspend to false and it starts Jobs"
