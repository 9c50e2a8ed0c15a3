"""ControllerRevisions of a workload."""

from kubelearn.controllers.revisions import REVISIONS, data_of, forget, revisions_of, template_of
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room

HASH = "controller.kubernetes.io/hash"


def world():
    """A StatefulSet without its controller."""
    room = control_room()
    owner = room.workload("StatefulSet", "db", serviceName="db")
    return room, owner


def with_image(owner, image):
    """The owner with another template."""
    template = {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": image}]}}
    return {**owner, "spec": {**owner["spec"], "template": template}}


def test_the_first_template_is_revision_one():
    """Its name is that of the owner and a hash."""
    room, owner = world()
    update = revisions_of(room.context, owner, {}, HASH).update
    assert update["revision"] == 1
    assert f"db-{update['metadata']['labels'][HASH]}" == update["metadata"]["name"]


def test_the_same_template_makes_no_other_revision():
    """Asking twice creates one."""
    room, owner = world()
    for _ in range(2):
        revisions_of(room.context, owner, {"app": "web"}, HASH)
    assert len(room.api.list(REVISIONS)) == 1


def test_an_old_template_becomes_the_newest_revision():
    """1, 2, and 1 again is 3."""
    room, owner = world()
    for image in ("a", "b", "a"):
        made = revisions_of(room.context, with_image(owner, image), {"app": "web"}, HASH)
    assert (made.update["revision"], len(made.known)) == (3, 2)


def test_a_revision_gives_its_template_back():
    """Without the directive of the patch."""
    assert template_of({"data": data_of(TEMPLATE)}) == TEMPLATE


def test_an_emptied_map_is_no_other_template():
    """Annotations that were all removed are as if there had been none."""
    emptied = {**TEMPLATE, "metadata": {**TEMPLATE["metadata"], "annotations": {}}}
    assert data_of(TEMPLATE) == data_of(emptied)


def test_revisions_in_use_are_kept():
    """Only idle ones count against the limit."""
    room, owner = world()
    for image in ("a", "b", "c"):
        made = revisions_of(room.context, with_image(owner, image), {"app": "web"}, HASH)
    limited = {**owner, "spec": {**owner["spec"], "revisionHistoryLimit": 0}}
    kept = made.known[0]["metadata"]["name"]
    forget(room.context, limited, made.known, [kept])
    assert [kept] == [one["metadata"]["name"] for one in room.api.list(REVISIONS)]
