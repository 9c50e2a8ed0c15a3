"""Rules of a listener from Ingresses."""

import json

import pytest

from kubelearn.cloud.aws.controller.annotations import AnnotationError
from kubelearn.cloud.aws.controller.ingress_rules import (
    ListenerTask,
    Member,
    NoService,
    default_of,
    rules_of,
)
from kubelearn.cloud.aws.controller.ingresses import Listener

HTTP, HTTPS = Listener(80, "HTTP"), Listener(443, "HTTPS")


def member(service="web", port=80, path="/", host="", **annotations):
    """An Ingress with one path."""
    port = {"name": port} if isinstance(port, str) else {"number": port}
    backend = {"service": {"name": service, "port": port}}
    paths = [{"path": path, "pathType": "Prefix", "backend": backend}]
    rule = {"host": host, "http": {"paths": paths}}
    ingress = {"metadata": {"name": "x", "namespace": "default"}, "spec": {"rules": [rule]}}
    named = {name: json.dumps(value) for name, value in annotations.items()}
    return Member(ingress, named)


def group_of(member, service, port):
    """A target group that tells what it is for."""
    return f"{member.ingress['metadata']['namespace']}/{service}:{port}"


def action(given):
    """The action that an annotation tells."""
    one = member("a", "use-annotation", **{"actions.a": given})
    [rule] = rules_of(ListenerTask([one], HTTP, group_of))
    return rule["action"]


def test_priorities_go_on_over_all_ingresses():
    """1, 2, ... in their order."""
    found = rules_of(ListenerTask([member(path="/b"), member(path="/a", host="x")], HTTP, group_of))
    assert [rule["priority"] for rule in found] == [1, 2]
    assert [len(rule["conditions"]) for rule in found] == [1, 2]


def test_conditions_of_one_kind_all_have_to_hold():
    """But hosts and paths, which go together with the Ingress's own."""
    query = [{"field": "query-string",
              "queryStringConfig": {"values": [{"key": key, "value": "1"}]}}
             for key in "ab"]  # fmt: skip
    header = [{"field": "http-header",
               "httpHeaderConfig": {"httpHeaderName": "X-A", "values": [value]}}
              for value in ("1*", "*2")]  # fmt: skip
    hosts = [{"field": "host-header", "hostHeaderConfig": {"values": ["b"]}}]
    one = member(host="a", **{"conditions.web": [*query, *header, *hosts]})
    [rule] = rules_of(ListenerTask([one], HTTP, group_of))
    fields = [each["field"] for each in rule["conditions"]]
    assert fields == ["host-header", "path-pattern", *["query-string"] * 2, *["http-header"] * 2]
    assert rule["conditions"][0]["values"] == ["a", "b"]
    assert [each["name"] for each in rule["conditions"][4:]] == ["X-A", "X-A"]


def test_a_path_that_is_not_said_is_no_condition():
    """Only the host counts; without one everything fits."""
    for host, wanted in (("a", [("host-header", ["a"])]), ("", [("path-pattern", ["/*"])])):
        one = member(host=host)
        path = one.ingress["spec"]["rules"][0]["http"]["paths"][0]
        del path["path"]
        path["pathType"] = "ImplementationSpecific"
        [rule] = rules_of(ListenerTask([one], HTTP, group_of))
        assert [(each["field"], each["values"]) for each in rule["conditions"]] == wanted


def test_what_a_redirect_hides_gets_no_rule():
    """Of the same requests or fewer; what comes before the redirect stays."""
    away = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "port": "444"}}
    moved = member("a", "use-annotation", path="/b", host="x", **{"actions.a": away})
    others = [member(path="/b/c", host="x"), moved, member(path="/b", host="x"),
              member(path="/b", host="y")]  # fmt: skip
    found = rules_of(ListenerTask(others, HTTP, group_of))
    assert [rule["action"]["type"] for rule in found] == ["forward", "redirect", "forward"]
    assert [rule["priority"] for rule in found] == [1, 2, 3]


def test_a_path_may_come_twice():
    """Both have a rule, in the order of the paths: conditions of the first may not hold."""
    one, other = member("a"), member("b")
    [rule, second] = (each.ingress["spec"]["rules"][0] for each in (one, other))
    rule["http"]["paths"] += second["http"]["paths"]
    found = rules_of(ListenerTask([one], HTTP, group_of))
    groups = [rule["action"]["groups"] for rule in found]
    assert groups == [[("default/a:80", 1)], [("default/b:80", 1)]]


def test_forward_to_weighted_groups():
    """An action of an annotation."""
    listed = [{"serviceName": "v1", "servicePort": "80", "weight": 9},
              {"serviceName": "v2", "servicePort": "80", "weight": 1}]  # fmt: skip
    given = {"type": "forward", "forwardConfig": {"targetGroups": listed}}
    assert action(given)["groups"] == [("default/v1:80", 9), ("default/v2:80", 1)]


def test_conditions_of_an_annotation_are_added():
    """In the names of the API."""
    header = {"httpHeaderName": "version", "values": ["two"]}
    extra = [{"field": "http-header", "httpHeaderConfig": header}]
    [rule] = rules_of(ListenerTask([member(**{"conditions.web": extra})], HTTP, group_of))
    assert {"field": "http-header", "values": ["two"], "name": "version"} in rule["conditions"]


def test_regular_expressions_of_an_annotation():
    """Of headers, hosts and paths."""
    header = {"httpHeaderName": "agent", "regexValues": ["^curl/[0-9]+"]}
    extra = [{"field": "http-header", "httpHeaderConfig": header}]
    [rule] = rules_of(ListenerTask([member(**{"conditions.web": extra})], HTTP, group_of))
    [found] = [one for one in rule["conditions"] if one["field"] == "http-header"]
    assert (found["regex"], found["name"]) == (["^curl/[0-9]+"], "agent")


def test_ssl_redirect_takes_the_whole_listener():
    """HTTP only; HTTPS keeps its rules."""
    members = [member(), member()]
    only = default_of(ListenerTask(members, HTTP, group_of, 443))
    assert (rules_of(ListenerTask(members, HTTP, group_of, 443)), only["type"], only["port"]) == (
        (), "redirect", "443",
    )  # fmt: skip
    assert len(rules_of(ListenerTask(members, HTTPS, group_of, 443))) == 2


def with_default(name="web"):
    """An Ingress with a default backend and no rules."""
    backend = {"service": {"name": name, "port": {"number": 80}}}
    metadata = {"name": name, "namespace": "default"}
    return Member({"metadata": metadata, "spec": {"defaultBackend": backend}}, {})


def test_the_default_backend_is_the_default_action():
    """No rule; without one 404; two are one too many."""
    assert rules_of(ListenerTask([with_default()], HTTP, group_of)) == ()
    assert default_of(ListenerTask([member(), with_default()], HTTP, group_of))["groups"] == [
        ("default/web:80", 1)
    ]
    assert default_of(ListenerTask([member()], HTTP, group_of))["status"] == 404
    with pytest.raises(AnnotationError, match=r"default backend: \[default/a default/b\]"):
        default_of(ListenerTask([with_default("a"), with_default("b")], HTTP, group_of))


def nobody(member, service, port):
    """There is no such Service."""
    raise NoService(f'Service "{service}" not found')


def test_backends_that_are_not_there():
    """503, as long as there is one only."""
    [rule] = rules_of(ListenerTask([member()], HTTP, nobody))
    assert rule["action"]["body"] == "Backend service does not exist"
    [rule] = rules_of(ListenerTask([member("a", "use-annotation")], HTTP, nobody))
    assert (rule["action"]["status"], rule["action"]["body"]) == (
        503, "Backend action does not exist",
    )  # fmt: skip
    listed = [{"serviceName": name, "servicePort": 80, "weight": 1} for name in "ab"]
    given = {"type": "forward", "forwardConfig": {"targetGroups": listed}}
    with pytest.raises(NoService):
        rules_of(
            ListenerTask([member("a", "use-annotation", **{"actions.a": given})], HTTP, nobody)
        )


def test_a_redirect_onto_itself_is_dropped():
    """It would never end."""
    given = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "port": "80"}}
    one = member("a", "use-annotation", **{"actions.a": given})
    assert rules_of(ListenerTask([one], HTTP, group_of)) == ()


@pytest.mark.parametrize(
    ("annotations", "text"),
    [
        ({"actions.a": "{"}, "failed to parse json annotation, actions.a"),
        ({"actions.a": '{"type": "dance"}'}, "unknown action type: dance"),
    ],
)
def test_what_cannot_be_read_is_told(annotations, text):
    """As the controller's event has it."""
    one = member("a", "use-annotation")._replace(annotations=annotations)
    with pytest.raises(AnnotationError, match=text):
        rules_of(ListenerTask([one], HTTP, group_of))
