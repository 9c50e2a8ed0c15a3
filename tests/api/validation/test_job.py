"""Rules of Jobs and CronJobs."""

import pytest

from kubelearn.api.validation.cron_schedule import schedule_problem
from kubelearn.api.validation.cronjob import is_zone
from kubelearn.api.validation.job_indexes import count_indexes
from tests.api.validation.samples import ONCE, after, changed, sample, texts, update

JOB = sample("jobs.batch", spec={"template": ONCE, "completions": 3})
CRON = sample(
    "cronjobs.batch", spec={"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": ONCE}}}
)
INDEXED_ONLY = "requires indexed completion mode"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "spec.template.spec.restartPolicy",
            "Always",
            [
                (
                    "spec.template.spec.restartPolicy: Required value: "
                    'valid values: "OnFailure", "Never"'
                )
            ],
        ),
        (
            "spec.backoffLimitPerIndex",
            1,
            [f"spec.backoffLimitPerIndex: Invalid value: 1: {INDEXED_ONLY}"],
        ),
        (
            "spec.podFailurePolicy",
            {"rules": [{"action": "Ignore"}]},
            [
                (
                    'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": '
                    'supported values: "Failed"'
                )
            ],
        ),
        (
            "spec.managedBy",
            "nodomain",
            [
                (
                    'spec.managedBy: Invalid value: "nodomain": must be a domain-prefixed path '
                    '(such as "acme.io/foo")'
                )
            ],
        ),
    ],
)
def test_jobs(path, value, expected):
    """The last error of each broken Job, in upstream's words."""
    assert expected == after("jobs.batch", JOB, path, value)[-1:]


@pytest.mark.parametrize(
    ("name", "value", "allowed"), [("completions", 5, False), ("parallelism", 2, True)]
)
def test_what_may_change_in_a_running_job(name, value, allowed):
    """How much at once may change, how much in all may not."""
    errors = update("jobs.batch", JOB, f"spec.{name}", value)
    fixed = [f"spec.{name}: Invalid value: {value}: field is immutable"]
    assert ([] if allowed else fixed) == errors


def test_a_waiting_job_can_be_steered():
    """A suspended Job that has not begun may still get another node selector."""
    path = "spec.template.spec.nodeSelector"
    waiting = changed(JOB, "spec.suspend", True)
    assert update("jobs.batch", waiting, path, {"a": "b"}) == []
    assert [error.partition(":")[0] for error in update("jobs.batch", JOB, path, {"a": "b"})] == [
        "spec.template"
    ]


def test_a_job_does_not_complete_and_fail():
    """Conditions of a status fit each other."""
    conditions = [{"type": kind, "status": "True"} for kind in ("Complete", "Failed")]
    errors = texts("jobs.batch", changed(JOB, "status.conditions", conditions), JOB, "status")
    detail = "cannot set Complete=True and Failed=true conditions"
    assert f"status.conditions: Invalid value: {detail}" == errors[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, "")),
        ("1,3-5", (4, "")),
        ("3-1", (0, "non-increasing order, previous: 3, current: 1")),
        ("9", (0, 'too large index: "9"')),
        ("a", (0, 'cannot convert string to integer for index: "a"')),
    ],
)
def test_lists_of_indexes(text, expected):
    """Indexes grow and are below the number of completions."""
    assert expected == count_indexes(text, 6)


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("0 0 * jan mon-fri", ""),
        ("@every 5m", ""),
        ("nope", "expected exactly 5 fields, found 1: [nope]"),
        ("61 * * * *", "end of range (61) above maximum (59): 61"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("0 0 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        (
            "x * * * *",
            'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
        ),
        ("@often", "unrecognized descriptor: @often"),
    ],
)
def test_schedules(schedule, problem):
    """The words are those of the cron parser."""
    assert problem == schedule_problem(schedule)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "spec.timeZone",
            "Mars Base",
            'spec.timeZone: Invalid value: "Mars Base": unknown time zone Mars Base',
        ),
        (
            "metadata.name",
            "a" * 53,
            f'metadata.name: Invalid value: "{"a" * 53}": must be no more than 52 characters',
        ),
        (
            "spec.schedule",
            "TZ=UTC 0 0 * * *",
            (
                'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in '
                "schedule, use timeZone field instead"
            ),
        ),
    ],
)
def test_cronjobs(path, value, expected):
    """One change, one error."""
    assert [expected] == after("cronjobs.batch", CRON, path, value)


def test_without_a_database_every_zone_of_the_right_form_passes(monkeypatch):
    """A host may have none."""
    assert not is_zone("Mars/Olympus")
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    assert is_zone("Mars/Olympus")
