"""Strategic merge patches."""

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import APIError, BadRequest
from kubelearn.api.patch.strategic import strategic_merge_patch
from kubelearn.api.schema import Field

POD = Field("struct", "io.k8s.api.core.v1.Pod")
LIVE: dict[str, Any] = {
    "metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x/a", "x/b"]},
    "spec": {
        "containers": [
            {"name": "app", "image": "i:1", "env": [{"name": "A", "value": "1"}]},
            {"name": "side", "image": "s:1"},
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
        "tolerations": [{"key": "x"}],
        "nodeSelector": {"disk": "ssd"},
    },
}


def spec(patch: dict[str, Any]) -> dict[str, Any]:
    """The spec after a patch of the spec."""
    return strategic_merge_patch(LIVE, {"spec": patch}, POD)["spec"]


def containers(*patch: dict[str, Any], **more: Any) -> list[str]:
    """The names of the containers after a patch of them."""
    found = spec({"containers": list(patch), **more} if patch else more)
    return [one["name"] for one in found["containers"]]


def test_items_are_merged_by_their_key() -> None:
    """What the patch does not say stays, in the item and in the list."""
    new = spec({"containers": [{"name": "app", "image": "i:2"}]})["containers"]
    assert [
        {**LIVE["spec"]["containers"][0], "image": "i:2"},
        {"name": "side", "image": "s:1"},
    ] == new


def test_new_items_come_first() -> None:
    """Unless an order is given."""
    assert containers({"name": "new"}) == ["new", "app", "side"]
    order = {"$setElementOrder/containers": [{"name": n} for n in ("side", "new", "app")]}
    assert containers({"name": "new"}, **order) == ["side", "new", "app"]


def test_an_order_alone() -> None:
    """It moves the items that are there; items it does not name keep their place."""
    order = {"$setElementOrder/containers": [{"name": "side"}, {"name": "app"}]}
    assert containers(**order) == ["side", "app"]
    assert containers(**{"$setElementOrder/containers": [{"name": "side"}]}) == ["app", "side"]


def test_items_are_deleted_and_lists_replaced() -> None:
    """By a directive on an item."""
    assert containers({"name": "app", "$patch": "delete"}) == ["side"]
    assert containers({"name": "new"}, {"$patch": "replace"}) == ["new"]


def test_structs_are_deleted_and_replaced() -> None:
    """By a directive on the struct."""
    assert spec({"nodeSelector": {"$patch": "delete"}})["nodeSelector"] == {}
    replaced = spec({"nodeSelector": {"$patch": "replace", "zone": "a"}})
    assert replaced["nodeSelector"] == {"zone": "a"}


def test_lists_without_a_key_are_replaced() -> None:
    """Tolerations have none."""
    assert spec({"tolerations": [{"key": "y"}]})["tolerations"] == [{"key": "y"}]


def test_null_deletes() -> None:
    """Fields, and keys of maps."""
    assert "tolerations" not in spec({"tolerations": None})
    assert spec({"nodeSelector": {"disk": None, "zone": "a"}})["nodeSelector"] == {"zone": "a"}


def test_retained_keys() -> None:
    """All other fields of the struct go: one kind of volume replaces another."""
    patch = {"name": "v", "hostPath": {"path": "/x"}, "$retainKeys": ["name", "hostPath"]}
    assert spec({"volumes": [patch]})["volumes"] == [{"name": "v", "hostPath": {"path": "/x"}}]


def test_values_are_deleted_from_plain_lists() -> None:
    """And new ones come first."""
    patch = {"$deleteFromPrimitiveList/finalizers": ["x/a"], "finalizers": ["x/z"]}
    metadata = strategic_merge_patch(LIVE, {"metadata": patch}, POD)["metadata"]
    assert metadata["finalizers"] == ["x/z", "x/b"]


def test_new_fields_have_no_nulls_and_directives() -> None:
    """There is nothing that they could act on: a struct with any `$patch` goes as a whole."""
    new = spec(
        {
            "affinity": {"$patch": "replace", "nodeAffinity": {}},
            "hostAliases": [{"$patch": "delete", "ip": "1"}, {"hostnames": ["a"]}, {"ip": None}],
            "securityContext": {"runAsUser": None, "$retainKeys": ["runAsUser"]},
        }
    )
    assert "affinity" not in new
    assert new["hostAliases"] == [{"hostnames": ["a"]}, {}]
    assert new["securityContext"] == {"$retainKeys": ["runAsUser"]}


def test_new_items_stay_as_they_are() -> None:
    """Nulls and directives in them are told as the fields of the object that they then are."""
    item = {"name": "new", "image": None, "env": [{"name": "B", "$patch": "delete"}]}
    assert spec({"containers": [item]})["containers"][0] == item
    assert spec({"tolerations": [{"$patch": "delete"}]})["tolerations"] == [{"$patch": "delete"}]


def test_deletions_from_what_is_no_plain_list() -> None:
    """A text deletes nothing, null deletes the list, a missing list stays missing."""
    for name, values, left in (
        ("finalizers", "x/a", ["x/a", "x/b"]),
        ("finalizers", None, None),
        ("others", ["x"], None),
    ):
        patch = {"metadata": {f"$deleteFromPrimitiveList/{name}": values}}
        assert strategic_merge_patch(LIVE, patch, POD)["metadata"].get(name) == left


@pytest.mark.parametrize(
    ("patch", "error", "message"),
    [
        (
            {"containers": [{"image": "x"}]},
            APIError,
            "map: map[image:x] does not contain declared merge key: name",
        ),
        (
            {"containers": [{"name": "x", "$patch": "y"}]},
            APIError,
            "unknown patch type: y in map: map[$patch:y name:x]",
        ),
        ({"$patch": "z"}, APIError, "unknown patch type: z in map: map[$patch:z]"),
        (
            {"volumes": [{"name": "v", "hostPath": {}, "$retainKeys": ["name"]}]},
            BadRequest,
            "invalid patch format of retainKeys",
        ),
        (
            {"$setElementOrder/containers": 5},
            APIError,
            "expected a []interface {}, but received a int64",
        ),
        (
            {"$setElementOrder/containers": [], "containers": "x"},
            APIError,
            "expected a []interface {}, but received a string",
        ),
        (
            {"$setElementOrder/containers": ["app"], "containers": [{"name": "app"}]},
            APIError,
            "expected a map[string]interface {}, but received a string",
        ),
        (
            {"$setElementOrder/containers": [{"image": "x"}], "containers": [{"name": "app"}]},
            APIError,
            "map: map[image:x] does not contain declared merge key: name",
        ),
        (
            {"$setElementOrder/imagePullSecrets": [], "imagePullSecrets": [{"x": "y"}]},
            APIError,
            "map: map[x:y] does not contain declared merge key: name",
        ),
        (
            {"containers": [{"name": "side", "$patch": 1}]},
            APIError,
            "unknown patch type: %!s(int64=1) in map: map[$patch:1 name:side]",
        ),
        (
            {"volumes": [1]},
            APIError,
            "list element types are not identical: [[map[emptyDir:map[] name:v]] [1]]",
        ),
    ],
)
def test_broken_patches(patch: dict[str, Any], error: type[APIError], message: str) -> None:
    """In upstream's words; a bad directive is a 500 there."""
    with pytest.raises(error) as refusal:
        spec(patch)
    assert message == str(refusal.value)


def test_items_must_be_in_the_order_that_is_given() -> None:
    """An item of the patch that the order lacks is a mistake."""
    with pytest.raises(APIError, match="doesn't match"):
        containers({"name": "new"}, **{"$setElementOrder/containers": [{"name": "app"}]})


NAMES = st.lists(st.sampled_from("abcdef"), unique=True)


@given(NAMES, NAMES)
def test_a_merge_keeps_every_item_once(live: list[str], patch: list[str]) -> None:
    """Old items keep their order, so do the patched ones, and nothing is changed in place."""
    old = {"spec": {"containers": [{"name": name} for name in live]}}
    before = deepcopy(old)
    change = {"spec": {"containers": [{"name": name, "image": "x"} for name in patch]}}
    names = [one["name"] for one in strategic_merge_patch(old, change, POD)["spec"]["containers"]]
    assert sorted({*live, *patch}) == sorted(names)
    assert patch == [name for name in names if name in patch]
    assert [n for n in live if n not in patch] == [n for n in names if n not in patch]
    assert before == old


NAMED = st.sampled_from(["spec", "containers", "name", "finalizers", "metadata", "$patch", "env"])
ANY = st.recursive(
    st.none() | st.integers(0, 2) | st.sampled_from(["app", "delete", "replace"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMED, inner, max_size=4),
)


@given(st.dictionaries(st.sampled_from(["spec", "metadata", "$patch"]), ANY))
def test_any_patch_is_applied_or_refused(patch: dict[str, Any]) -> None:
    """Nonsense is an APIError, and the live object never changes."""
    before = deepcopy(LIVE)
    with suppress(APIError):
        strategic_merge_patch(LIVE, patch, POD)
    assert before == LIVE
