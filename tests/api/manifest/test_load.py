"""Manifests: where they come from, and every way to get them wrong."""

from pathlib import Path

import pytest

from kubelearn.api.manifest import ManifestError, load

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
MEGABYTES = 10


def names(source: object) -> list[str]:
    """The names of the objects of a source."""
    return [manifest.object["metadata"]["name"] for manifest in load(source)]


def test_documents_of_a_text() -> None:
    """Empty documents are passed over."""
    assert names(f"---\n{POD % 'a'}---\n# nothing\n---\n{POD % 'b'}") == ["a", "b"]


def test_lists_are_taken_apart() -> None:
    """A List of Lists too."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    inner = {"apiVersion": "v1", "kind": "PodList", "items": [pod]}
    assert names({"apiVersion": "v1", "kind": "List", "items": [pod, inner]}) == ["a", "a"]


def test_json_text_and_python_lists() -> None:
    """JSON, dicts and texts can be mixed in a list."""
    text = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j"}}'
    assert names([text, POD % "k", (POD % "b").encode()]) == ["j", "k", "b"]


def test_a_path(tmp_path: Path) -> None:
    """A str without a line break is a path; a byte order mark is no part of the text."""
    file = tmp_path / "web.yaml"
    file.write_bytes(b"\xef\xbb\xbf# web\n" + (POD % "web").encode())
    assert ["web"] == names(str(file)) == names(file)
    assert f"{file}:2" == load(file)[0].where()


def test_a_directory(tmp_path: Path) -> None:
    """Its JSON and YAML files in the order of their names, nothing else."""
    for name in ("b.yaml", "a.yml", "c.txt"):
        (tmp_path / name).write_text(POD % name[0])
    assert names(tmp_path) == ["a", "b"]


def test_an_empty_directory(tmp_path: Path) -> None:
    """As kubectl says it."""
    with pytest.raises(ManifestError) as refusal:
        load(tmp_path)
    assert str(refusal.value).endswith("recognized file extensions are [.json .yaml .yml]")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no objects in it"),
        ("# only words\n", "no objects in it"),
        ("hello\nworld\n", "line 1: this is the text 'hello world' and no object"),
        ("- a\n- b\n", "line 1: this is a list and no object"),
        ("\nkind: Pod\n", "line 2: apiVersion not set"),
        ("apiVersion: v1\nkind: 5\n", "line 2: kind must be a text, not the number 5"),
        (
            "apiVersion: v1\nkind: Pod\nkind: Pod\n",
            'line 3: the key "kind" is already set on line 2',
        ),
        (
            "apiVersion: v1\nkind: Pod\nspec:\n\ta: b\n",
            "line 4: found character that cannot start any token: the line is indented with a tab",
        ),
        ("apiVersion: v1\nkind: [Pod\nspec: 1\n", "line 3: did not find expected ',' or ']'"),
        ("apiVersion: v1\nkind: List\nitems:\n- 5\n", "line 4: this is the number 5"),
        (
            '{"apiVersion": "v1", "kind": "Pod", "kind": "Pod"}',
            'line 1: the key "kind" is already set on line 1',
        ),
        ('{"apiVersion": "v1"', "line 1: did not find expected ',' or '}'"),
    ],
)
def test_mistakes_in_texts(text: str, sentence: str) -> None:
    """One sentence with the line."""
    with pytest.raises(ManifestError) as refusal:
        load(text)
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", ": no objects in it"),
        (bytes(range(256)) * 40_000, ":2: this is no text: a byte is not UTF-8"),
        (b"a\0b\n", ":1: control characters are not allowed"),
        (b"- a\n" * (MEGABYTES * 250_000), ":500000: the document holds more than 500,000 values"),
        (b"word " * (MEGABYTES * 200_000), ":1: this is the text 'word word"),
        (b"{" * (MEGABYTES * 1_000_000), ":1: "),
        (b'a: "' + b"x" * (MEGABYTES * 1_000_000), ": found unexpected end of stream"),
    ],
)
def test_nonsense_in_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    """Megabytes of it end in one sentence with file and line."""
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    with pytest.raises(ManifestError) as refusal:
        load(file)
    message = str(refusal.value)
    assert message.startswith(f"{file}")
    assert sentence in message
    assert len(message) < len(str(file)) + 300


def test_a_missing_file() -> None:
    """As kubectl says it."""
    with pytest.raises(ManifestError, match=r'^the path "no\.yaml" does not exist$'):
        load("no.yaml")


def test_an_address_is_not_fetched() -> None:
    """Nothing is read from the network."""
    with pytest.raises(ManifestError, match="is not on this machine"):
        load("https://example.com/web.yaml")


def test_other_things_are_no_source() -> None:
    """The answer says what can be given."""
    with pytest.raises(TypeError, match="give a path, YAML or JSON text, a dict"):
        load(5)  # type: ignore[arg-type]
