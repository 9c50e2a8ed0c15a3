"""Rules of CSI's kinds, attachments, runtime classes and pod templates."""

import pytest

from kubelearn.api.validation import validate, warnings
from tests.api.fresh import fresh, make
from tests.api.validation.samples import after, changed, sample, update

DRIVER = sample(
    "csidrivers.storage.k8s.io",
    spec={"attachRequired": True, "podInfoOnMount": False, "storageCapacity": False},
)
NODE = sample("csinodes.storage.k8s.io", spec={"drivers": [{"name": "a.b", "nodeID": "x"}]})
CAPACITY = sample("csistoragecapacities.storage.k8s.io", storageClassName="fast")
ATTACHMENT = sample(
    "volumeattachments.storage.k8s.io",
    spec={"attacher": "a.b", "nodeName": "n", "source": {"persistentVolumeName": "p"}},
)
CLASS = sample("volumeattributesclasses.storage.k8s.io", driverName="x", parameters={"a": "b"})
RUNTIME = sample("runtimeclasses.node.k8s.io", handler="runc")
ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


@pytest.mark.parametrize(
    ("resource", "obj", "path", "value", "expected"),
    [
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.fsGroupPolicy", "Foo",
            [
                ('spec.fsGroupPolicy: Unsupported value: "Foo": supported values: "File", "None", '
                '"ReadWriteOnceWithFSType"')
            ],
        ),
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.volumeLifecycleModes", ["Foo"],
            [
                ('spec.volumeLifecycleModes: Unsupported value: "Foo": supported values: '
                '"Persistent", "Ephemeral"')
            ],
        ),
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.tokenRequests",
            [{"audience": "a", "expirationSeconds": 1}, {"audience": "a"}],
            [
                ("spec.tokenRequests[0].expirationSeconds: Invalid value: 1: "
                "may not specify a duration less than 10 minutes"),
                'spec.tokenRequests[1].audience: Duplicate value: "a"',
            ],
        ),
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.tokenRequests",
            [{"audience": "a", "expirationSeconds": 2**33}],
            [
                ("spec.tokenRequests[0].expirationSeconds: Invalid value: 8589934592: "
                "may not specify a duration larger than 2^32 seconds")
            ],
        ),
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.nodeAllocatableUpdatePeriodSeconds", 9,
            [
                ("spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: "
                "must be greater than or equal to 10 seconds")
            ],
        ),
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.serviceAccountTokenInSecrets", True,
            [
                ("spec.serviceAccountTokenInSecrets: Invalid value: true: "
                "serviceAccountTokenInSecrets is set but no tokenRequests are specified")
            ],
        ),
        (
            "csinodes.storage.k8s.io", NODE, "spec.drivers",
            [{"name": "a", "nodeID": "x"}, {"name": "a", "topologyKeys": ["z", "z"]}],
            [
                "spec.drivers[1].nodeID: Required value",
                'spec.drivers[1].name: Duplicate value: "a"',
                'spec.drivers[1]: Duplicate value: "z"',
            ],
        ),
        (
            "csistoragecapacities.storage.k8s.io", CAPACITY, "capacity", "-1",
            ['capacity: Invalid value: "-1": must be greater than or equal to 0'],
        ),
        (
            "volumeattachments.storage.k8s.io", ATTACHMENT, "spec.source", {},
            [f"spec.source: Required value: {ONE_SOURCE}"],
        ),
        (
            "volumeattachments.storage.k8s.io", ATTACHMENT, "spec.source",
            {"persistentVolumeName": "a", "inlineVolumeSpec": {}},
            [f"spec.source: Forbidden: {ONE_SOURCE}"],
        ),
        (
            "volumeattachments.storage.k8s.io", ATTACHMENT, "status",
            {"attachError": {"message": "x" * 1025, "errorCode": -1}},
            [
                "status.attachError.message: Too long: may not be more than 262144 bytes",
                ("status.attachError.errorCode: Invalid value: -1: "
                "must be between 0 and 2147483647, inclusive"),
            ],
        ),
        (
            "volumeattributesclasses.storage.k8s.io", CLASS, "parameters", {},
            ["parameters: Required value: must contain at least one key/value pair"],
        ),
        (
            "runtimeclasses.node.k8s.io", RUNTIME, "handler", "a.b",
            ['handler: Invalid value: "a.b": must not contain dots'],
        ),
        (
            "runtimeclasses.node.k8s.io", RUNTIME, "overhead", {"podFixed": {"cpu": "-1"}},
            ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
        ),
    ],
)  # fmt: skip
def test_new_objects(resource, obj, path, value, expected):
    """One rule each."""
    assert after(resource, obj, path, value) == expected


def test_an_attacher_without_a_name_is_told_twice():
    """By the general rules and by those of v1."""
    attachment = changed(ATTACHMENT, "spec.attacher", "")
    found = list(map(str, validate("volumeattachments.storage.k8s.io", attachment)))
    assert found[:2] == ["spec.attacher: Required value"] * 2


def test_an_inline_volume_passes():
    """Nobody looks at it."""
    source = {"inlineVolumeSpec": {"capacity": {}}}
    assert after("volumeattachments.storage.k8s.io", ATTACHMENT, "spec.source", source) == []


@pytest.mark.parametrize(
    ("resource", "obj", "path", "value", "expected"),
    [
        (
            "csidrivers.storage.k8s.io", DRIVER, "spec.attachRequired", False,
            "spec.attachedRequired: Invalid value: false: field is immutable",
        ),
        (
            "csinodes.storage.k8s.io", NODE, "spec.drivers", [{"name": "a.b", "nodeID": "y"}],
            ('spec.drivers: Invalid value: {"Name":"a.b","NodeID":"y","TopologyKeys":null,'
            '"Allocatable":null}: field is immutable'),
        ),
        (
            "csistoragecapacities.storage.k8s.io", CAPACITY, "storageClassName", "slow",
            'storageClassName: Invalid value: "slow": field is immutable',
        ),
        (
            "volumeattachments.storage.k8s.io", ATTACHMENT, "spec.nodeName", "m",
            ('spec: Invalid value: {"Attacher":"a.b","Source":{"PersistentVolumeName":"p",'
            '"InlineVolumeSpec":null},"NodeName":"m"}: field is immutable'),
        ),
        (
            "volumeattributesclasses.storage.k8s.io", CLASS, "driverName", "y",
            "driverName: Forbidden: updates to driverName are forbidden.",
        ),
        (
            "runtimeclasses.node.k8s.io", RUNTIME, "handler", "kata",
            'handler: Invalid value: "kata": field is immutable',
        ),
    ],
)  # fmt: skip
def test_what_stays(resource, obj, path, value, expected):
    """What an update may not change."""
    assert update(resource, obj, path, value) == [expected]


def test_what_a_node_can_attach_changes():
    """The count of a driver is not fixed."""
    drivers = [{"name": "a.b", "nodeID": "x", "allocatable": {"count": 5}}]
    assert update("csinodes.storage.k8s.io", NODE, "spec.drivers", drivers) == []


def test_old_names_of_node_labels_are_warned_about():
    """In the selector of a RuntimeClass."""
    runtime = changed(RUNTIME, "scheduling", {"nodeSelector": {"beta.kubernetes.io/os": "linux"}})
    assert warnings("runtimeclasses.node.k8s.io", runtime) == [
        'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead'
    ]


def test_fields_of_nodes_that_nothing_reads_are_warned_about():
    """Both of them."""
    node = sample("nodes", spec={"configSource": {}, "externalID": "i-1"})
    assert warnings("nodes", node) == [
        "spec.configSource: the feature is removed",
        "spec.externalID: this field is deprecated, and is unused by Kubernetes",
    ]


def test_the_template_of_a_pod_template_is_looked_at():
    """Like that of a workload, with its warnings."""
    template = sample("podtemplates", template={"spec": {"containers": []}})
    assert "template.spec.containers: Required value" in after(
        "podtemplates", template, "metadata.labels", {"a": "b"}
    )
    api, found = fresh(), []
    spec = {
        "containers": [{"name": "a", "image": "a"}],
        "nodeSelector": {"beta.kubernetes.io/os": "l"},
    }
    body = make("v1", "PodTemplate", "t", template={"spec": spec})
    api.create(body, warnings=found)
    assert found == [
        (
            "template.spec.nodeSelector[beta.kubernetes.io/os]: "
            'deprecated since v1.14; use "kubernetes.io/os" instead'
        )
    ]
    patch = {"metadata": {"labels": {"a": "b"}}}
    api.patch("podtemplates", "default", "t", patch, warnings=found)
    assert len(found) == 1
