"""Whatever is handed to apply: one clear sentence, and a cluster that has not changed."""

import pytest

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import ManifestError
from kubelearn.cluster import Cluster

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n"


@pytest.fixture(scope="module")
def cluster():
    """One cluster for all the nonsense: nothing may stick to it."""
    return Cluster(nodes=1, seed=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kind: Pod\n\tname: x\n", r"line 2.*tab"),
        ("a: 1\nb: [\n", r"line \d"),
        ("apiVersion: v1\nkind: Pod\nkind: Pod\n", r"line 3: the key .kind. is already set"),
        ("just words\n", r"line 1"),
        ("- 1\n- 2\n", r"line 1"),
        ("kind: Pod\n", r"apiVersion"),
        ("apiVersion: v1\n", r"kind"),
        (BOMB, r"line|anchors|expand"),
        ("\x00\x01\x02" * 100, r"line|character"),
    ],
)
def test_text_that_is_no_manifest(cluster, text, sentence):
    """The sentence names the place."""
    before = cluster.fingerprint()
    with pytest.raises(ManifestError, match=sentence) as caught:
        cluster.apply(text)
    assert cluster.fingerprint() == before
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (POD + "  - {name: web, image: nginx, prots: []}\n", 'unknown field "spec.containers'),
        (POD.replace("kind: Pod", "kind: Podd") + "  - {}\n", 'no matches for kind "Podd"'),
        (POD + "  - {name: web, image: [1]}\n", "cannot unmarshal|expected"),
        (POD + "  - {name: Web, image: nginx}\n", "RFC 1123 label"),
    ],
)
def test_manifests_that_the_api_server_refuses(cluster, text, sentence):
    """With its own words."""
    before = cluster.fingerprint()
    with pytest.raises(APIError, match=sentence):
        cluster.apply(text)
    assert cluster.fingerprint() == before


def test_a_missing_file_is_named(cluster):
    """With the folder that it was looked for in."""
    with pytest.raises(ManifestError, match=r"nowhere\.yaml"):
        cluster.apply("nowhere.yaml")


def test_an_empty_file_is_named(cluster, tmp_path):
    """Nothing to apply is a mistake, not a success."""
    path = tmp_path / "empty.yaml"
    path.write_text("# nothing\n")
    with pytest.raises(ManifestError, match=r"empty\.yaml"):
        cluster.apply(path)


def test_ten_megabytes_of_nonsense(cluster, tmp_path):
    """Refused in one sentence."""
    path = tmp_path / "big.yaml"
    path.write_text("{[}]:- \n" * 1_300_000)
    with pytest.raises(ManifestError, match=r"big\.yaml") as caught:
        cluster.apply(path)
    assert len(str(caught.value)) < 500


WRONG_TYPES = """
apiVersion: v1
kind: Pod
metadata:
  name: x
spec:
  containers:
  - name: web
    image: nginx
  - name: log
    image: {value}
    resources:
      limits:
        cpu: {cpu}
"""


@pytest.mark.parametrize(
    ("value", "cpu", "line"), [("[1]", "1", 11), ("5", "1", 11), ("nginx", "much", 14)]
)
def test_a_value_of_the_wrong_type_is_found_in_the_text(cluster, value, cpu, line):
    """The line of the field, not of the document."""
    text = WRONG_TYPES.replace("{value}", value).replace("{cpu}", cpu)
    with pytest.raises(APIError) as caught:
        cluster.apply(text)
    assert caught.value.__notes__ == [f"in line {line}"]
