"""From documents to profiles."""

from pathlib import Path
from typing import Any

import pytest

from kubelearn.scheduler.backoff import Backoff
from kubelearn.scheduler.configuration import ConfigurationError, configure
from kubelearn.scheduler.configuration.configure import keyword_arguments
from kubelearn.scheduler.configuration.decoding import API_VERSION, KIND
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import DEFAULT_PLUGINS, Profile
from kubelearn.sim.clock import SECOND
from tests.scheduler.configuration.documents import problem, problems, profile

STARTING = "initializing profiles: creating profile for scheduler name default-scheduler: "
TWO = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 40
podInitialBackoffSeconds: 2
profiles:
- schedulerName: default-scheduler
- schedulerName: packer
  percentageOfNodesToScore: 70
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated}}
"""


class Packs:
    """Scores."""

    def score(self, pod: object, node: object) -> int:
        """Always 1."""
        return 1


def test_the_default_configuration_is_the_default_profile() -> None:
    """Same plugins, order, weights and methods."""
    (made,) = configure().profiles
    assert dict(DEFAULT_PLUGINS) == dict(made.plugins)
    ours, usual = Framework(PLUGINS, made), Framework(PLUGINS, Profile())
    for offer in ("pre_filters", "filters", "scores", "reserves", "binds", "pre_enqueues"):
        names = [name for name, _ in getattr(usual, offer)]
        assert names == [name for name, _ in getattr(ours, offer)]


def test_profiles_have_their_own_numbers_and_arguments() -> None:
    """The profile's percentage goes before the global one."""
    made = configure(TWO)
    assert [(p.scheduler_name, p.percentage_of_nodes_to_score) for p in made.profiles] == [
        ("default-scheduler", 40),
        ("packer", 70),
    ]
    strategy = made.profiles[1].args["NodeResourcesFit"]["scoring_strategy"]
    assert strategy["type"] == "MostAllocated"
    assert [one["name"] for one in strategy["resources"]] == ["cpu", "memory"]
    assert made.backoff == Backoff(2 * SECOND, 10 * SECOND)


def test_a_path_is_read(tmp_path: Path) -> None:
    """As kube-scheduler --config does."""
    (tmp_path / "scheduler.yaml").write_text(TWO)
    assert configure(str(tmp_path / "scheduler.yaml")).document == configure(TWO).document


def test_the_given_document_is_left_alone() -> None:
    """Defaults go into a copy."""
    given = profile(NodeResourcesFit={})
    configure(given)
    assert given == profile(NodeResourcesFit={})


def test_own_plugins_run_last_in_each_profile() -> None:
    """With weight 1."""
    made = configure(TWO, {**PLUGINS, "Packs": Packs})
    for one in made.profiles:
        assert list(one.plugins)[-1] == "Packs"
        assert one.plugins["Packs"] == 1


def test_a_configuration_that_names_an_own_plugin_decides() -> None:
    """Weight and profile are its own."""
    enabled = {"multiPoint": {"enabled": [{"name": "Packs", "weight": 7}]}}
    document = {"profiles": [{"schedulerName": "a", "plugins": enabled}, {"schedulerName": "b"}]}
    first, second = configure(document, {**PLUGINS, "Packs": Packs}).profiles
    assert first.plugins["Packs"] == 7
    assert "Packs" not in second.plugins


def test_a_table_without_the_defaults_is_instead_of_them() -> None:
    """What nobody can do without stays."""
    (made,) = configure(None, {"Packs": Packs}).profiles
    assert set(made.plugins) == {"PrioritySort", "DefaultBinder", "Packs"}


def test_a_table_takes_classes_only() -> None:
    """An instance is refused with its name."""
    with pytest.raises(TypeError, match=r"scheduler_plugins\['Packs'\] is .* give the class"):
        configure(None, {"Packs": 5})


def test_arguments_become_keywords() -> None:
    """A built-in plugin gets only what it knows; an own one gets everything."""
    args = {"kind": "X", "minNodes": 1, "bindTimeoutSeconds": 5}
    assert keyword_arguments(PLUGINS["NodeName"], args) == {}
    assert keyword_arguments(Packs, args) == {"min_nodes": 1, "bind_timeout_seconds": 5}


def test_a_plugin_that_cannot_be_made_is_named() -> None:
    """As upstream names it."""
    document = profile({"multiPoint": {"enabled": [{"name": "Packs"}]}}, Packs={"speed": 3})
    with pytest.raises(ValueError, match='initializing plugin "Packs": Packs'):
        configure(document, {**PLUGINS, "Packs": Packs})


def test_an_unknown_plugin_is_refused() -> None:
    """By the first extension point that looks for it."""
    missing = {"enabled": [{"name": "Nope"}]}
    assert problem(profile({"filter": missing})) == STARTING + 'FilterPlugin "Nope" does not exist'
    told = problem(profile({"multiPoint": missing}))
    assert told == STARTING + 'PreFilterPlugin "Nope" does not exist'


def test_a_profile_needs_a_sorter_and_a_binder() -> None:
    """And exactly one sorter."""
    gone = {"disabled": [{"name": "*"}]}
    told = problem(profile({"queueSort": gone}))
    assert told.endswith(
        'only one queue sort plugin required for profile with scheduler name "default-scheduler", '
        "but got 0: enable PrioritySort or one of your own"
    )
    told = problem(profile({"bind": gone}))
    assert told.startswith(STARTING + "at least one bind plugin is needed")


def test_the_arguments_of_fit_are_looked_at_when_it_is_made() -> None:
    """So the path starts at the arguments, as upstream's does."""
    args = {"scoringStrategy": {"type": "Best", "resources": [{"name": "cpu", "weight": 101}]}}
    assert problem(profile(NodeResourcesFit=args)) == (
        STARTING + 'initializing plugin "NodeResourcesFit": '
        '[scoringStrategy.type: Unsupported value: "Best": supported values: "LeastAllocated", '
        '"MostAllocated", "RequestedToCapacityRatio", scoringStrategy.resources[0].weight: '
        "Invalid value: 101: resource weight of cpu not in valid range (0, 100]]"
    )


def test_all_problems_are_told() -> None:
    """One a line, each with its path."""
    document = {"parallelism": 0, "podInitialBackoffSeconds": 0, "podMaxBackoffSeconds": -1}
    assert problems(document) == [
        "parallelism: Invalid value: 0: should be an integer value greater than zero",
        "podInitialBackoffSeconds: Invalid value: 0: must be greater than 0",
        (
            "podMaxBackoffSeconds: Invalid value: -1: must be greater than or equal to "
            "PodInitialBackoffSeconds"
        ),
    ]


class Nameless:
    """Has no extension point."""


class Leaves:
    """Wants to end the program."""

    def __init__(self) -> None:
        raise SystemExit(3)


@pytest.mark.parametrize(
    ("plugin", "told"),
    [
        (Nameless, 'plugin "X": it has neither filter nor score nor another extension point'),
        (lambda: 1, 'plugin "X": it has neither filter nor score nor another extension point'),
        (Leaves, 'initializing plugin "X": SystemExit: 3'),
    ],
)
def test_a_plugin_that_cannot_be_asked_is_refused(plugin: Any, told: str) -> None:
    """Before the first pod comes."""
    with pytest.raises(ConfigurationError) as caught:
        configure(None, {**PLUGINS, "X": plugin})
    (problem,) = caught.value.problems
    assert problem.startswith(STARTING + told)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([Nameless], "give a table, such as kl.PLUGINS | "),
        ({**PLUGINS, 5: Nameless}, "scheduler_plugins has the name 5: give each plugin a name"),
        (
            {**PLUGINS, "*": Nameless},
            "scheduler_plugins has the name '\\*': give each plugin a name",
        ),
        ({**PLUGINS, "X": Nameless()}, "is <.*Nameless object>: give the class of the plugin"),
    ],
)
def test_other_tables_are_refused(table: Any, told: str) -> None:
    """What it is, and what it has to be."""
    with pytest.raises(TypeError, match=told):
        configure(None, table)


def test_a_second_sorter_is_told_what_to_do() -> None:
    """Who brings one must take the other away."""

    class Sorter:
        def queue_sort(self, queued: Any) -> tuple[int]:
            return (1,)

    with pytest.raises(ConfigurationError, match="2: disable all but one of PrioritySort, S"):
        configure(None, {**PLUGINS, "Sorter": Sorter})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no objects in it"),
        ("- a\n- b", "line 1: this is a list and no object"),
        (f"apiVersion: {API_VERSION}\nparallelism: 3", "line 1: kind not set"),
        ("missing.yaml", 'the path "missing.yaml" does not exist'),
    ],
)
def test_a_text_that_is_no_object_is_told_what_is_wanted(text: str, told: str) -> None:
    """And no pod is recommended."""
    assert problem(text) == (
        f"{told}: give a path, a dict, or YAML with apiVersion: {API_VERSION}, kind: {KIND}"
    )


def test_a_preferred_term_may_be_left_empty() -> None:
    """It matches no node, as upstream's."""
    added = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}
    assert configure(profile(NodeAffinity={"addedAffinity": added}))
