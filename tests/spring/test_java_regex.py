"""Java's regular expressions."""

import pytest

from kubelearn.spring.java_regex import class_ranges, compile_java, replace_all


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"\p{L}+", "Zoë", True),
        (r"[\p{L}\p{N}.]+", "ä.1", True),
        (r"\p{Lu}", "a", False),
        (r"\pN", "7", True),
        (r"\P{Alpha}+", "12", True),
        (r"[^\p{Alpha}]", "x", False),
        (r"[\P{L}]+", "12", True),
        (r"\w+", "é", False),
        (r"\Qa.b\E.", "a.bc", True),
        (r"\Qa.b\E", "axb", False),
        (r"(?<x>a)\k<x>", "aa", True),
        (r"(?<=a)b|ab\z", "ab", True),
        (r"\]\p{Digit}", "]1", True),
        (r"a]\p{L}", "a]b", True),
    ],
)
def test_classes_and_groups(pattern, text, fits):
    """Whole texts that a pattern takes."""
    assert (compile_java(pattern).fullmatch(text) is not None) == fits


def test_a_class_and_its_complement_are_everything():
    """Each character is in one of them."""
    both = compile_java(rf"[{class_ranges('Nd')}{class_ranges('Nd', negated=True)}]")
    assert all(both.match(chr(code)) for code in range(0x3000))


def test_an_unknown_class_is_refused():
    """Java knows more of them."""
    with pytest.raises(ValueError, match=r"javaLowerCase.* is not known"):
        compile_java(r"\p{javaLowerCase}")


def test_replacements():
    """Named and numbered groups, and quoted dollars."""
    assert replace_all("/red(?<rest>/?.*)", "$\\{rest}", "/red/blue") == "/blue"
    assert replace_all("(a)(b)", "$2$1", "xab") == "xba"
    assert replace_all("a", r"\$1", "a") == "$1"
