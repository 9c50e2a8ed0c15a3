"""What is remembered of a learner, and where."""

import pytest

from kubelearn.learn import Progress
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, RIGHT, WRONG


def test_the_best_outcome_is_kept():
    """A later, worse answer takes nothing away."""
    progress = Progress()
    for outcome in (WRONG, RIGHT, NEARLY):
        progress.record("00", "task", outcome)
    assert progress.best("00", "task") == RIGHT
    assert progress.best("00", "other") == NOT_ATTEMPTED


def test_nothing_is_written_unless_asked(tmp_path, monkeypatch):
    """The home stays as it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    Progress().record("00", "task", RIGHT)
    assert list(tmp_path.iterdir()) == []


def test_a_file_and_the_memory_are_joined(tmp_path):
    """The better outcome of both wins, and the file holds it."""
    first, second = Progress(), Progress()
    first.record("00", "a", RIGHT)
    first.keep(tmp_path / "p.json")
    second.record("00", "a", WRONG)
    second.record("01", "b", NEARLY)
    second.keep(tmp_path / "p.json")
    third = Progress()
    third.keep(tmp_path / "p.json")
    assert (third.best("00", "a"), third.best("01", "b")) == (RIGHT, NEARLY)


@pytest.mark.parametrize("content", ["{", "[]", "3", '{"00": {"a": "great"}}', '{"00": []}'])
def test_a_file_of_something_else_is_left_alone(tmp_path, content):
    """One sentence, and not a byte of it is changed."""
    path = tmp_path / "p.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="holds no progress"):
        Progress().keep(path)
    assert path.read_text() == content


def test_progress_can_be_read():
    """As text and as HTML; an empty one says so."""
    progress = Progress()
    assert repr(progress) == "nothing done yet"
    progress.record("00", "task", NEARLY)
    assert repr(progress) == "00  ≈ task: nearly"
    assert "<td>≈ nearly</td>" in progress._repr_html_()
