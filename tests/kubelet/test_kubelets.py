"""The life of pods under their kubelet, from the first status to the last."""

import hashlib
import json
from itertools import pairwise

from kubelearn.api.objects import get_path, is_true
from kubelearn.kubelet import STAGES, Outcome, Stage, rows
from tests.kubelet.machine_room import WEB, Room, room

BUSYBOX = {"name": "c", "image": "busybox:1.37"}


def script(text: str, **more: object) -> dict[str, object]:
    """A busybox container that runs a script."""
    return {**BUSYBOX, "command": ["sh", "-c", text], **more}


def started(world: Room, seconds: float = 20, **more: object) -> Room:
    """The world with one web pod that has had time to start."""
    world.pod(**more)
    world.run(seconds)
    return world


def test_a_pod_becomes_ready_with_an_address() -> None:
    """Pulled, created, started: Running, Ready, with the node's and its own address."""
    world = started(room())
    status = world.get()["status"]
    assert status["phase"] == "Running"
    assert is_true(world.get(), "Ready")
    assert (status["podIP"], status["podIPs"]) == ("10.244.0.2", [{"ip": "10.244.0.2"}])
    assert status["hostIP"] == "172.18.0.3"
    assert world.reasons() == ["Pulling", "Pulled", "Created", "Started"]


def test_the_first_status_waits_for_the_container() -> None:
    """The kubelet reports a pod that it has seen before anything of it runs."""
    world = started(room(), 0.1)
    assert world.state() == {"waiting": {"reason": "ContainerCreating"}}
    kinds = [c["type"] for c in world.get()["status"]["conditions"]]
    assert kinds == [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ]


def test_a_second_pod_finds_the_image() -> None:
    """An image that the node has is not pulled again under IfNotPresent."""
    world = started(room())
    world.pod("second")
    world.run(40)
    wanted = (
        'Container image "nginx:1.29" already present on machine and can be accessed by the pod'
    )
    assert world.messages("Pulled", "second") == [wanted]


def test_a_pod_of_the_host_network_has_the_nodes_address() -> None:
    """Pods with hostNetwork take no address of the network plugin."""
    world = started(room(), hostNetwork=True)
    assert world.get()["status"]["podIP"] == "172.18.0.3"
    assert world.addresses.used == {}


def test_a_healthy_pod_costs_no_event_and_no_row() -> None:
    """What waits for nothing is settled, and equal pods share their rows."""
    world = room()
    probe = {"httpGet": {"path": "/", "port": 80}}
    for name in ("a", "b", "c"):
        world.pod(name, {**WEB, "readinessProbe": probe, "livenessProbe": probe})
    world.run(60)
    assert len(world.kubelets.settled) == 3
    assert (world.kubelets.rows, len(world.kubelets.agenda)) == ({}, 0)


def test_graceful_termination() -> None:
    """SIGTERM, a final status, then the object goes and the address is free."""
    world = started(room())
    world.api.delete("pods", "default", "web")
    world.run(25)
    assert world.api.find("pods", "default", "web") is None
    assert world.phases() == ["Pending", "Running", "Succeeded"]
    assert world.messages("Killing") == ["Stopping container web"]
    assert world.addresses.used == {}


def test_a_program_that_ignores_sigterm_is_killed() -> None:
    """At the end of the grace period comes SIGKILL: exit code 137, phase Failed."""
    world = room()
    world.pod("web", script("sleep 1h"), terminationGracePeriodSeconds=5)
    world.run(20)
    world.api.delete("pods", "default", "web")
    world.run(24)
    assert world.state() == {"running": {"startedAt": world.state()["running"]["startedAt"]}}
    world.run(30)
    assert world.times("web", "terminated", "exitCode") == [137]
    assert world.phases()[-1] == "Failed"


def test_a_shorter_grace_period_wins() -> None:
    """A second delete can shorten the wait."""
    world = room()
    world.pod("web", script("sleep 1h"))
    world.run(20)
    world.api.delete("pods", "default", "web")
    world.run(21)
    world.api.delete("pods", "default", "web", grace=3)
    world.run(26)
    assert world.api.find("pods", "default", "web") is None


def test_prestop_is_charged_to_the_grace_period() -> None:
    """A hook of 4 s and a stop of 1 s: gone after five, not after one."""
    world = room()
    world.pod("web", {**WEB, "lifecycle": {"preStop": {"sleep": {"seconds": 4}}}})
    world.run(20)
    world.api.delete("pods", "default", "web")
    world.run(24)
    assert world.api.find("pods", "default", "web") is not None
    world.run(26)
    assert world.api.find("pods", "default", "web") is None


def test_force_deletion_leaves_a_dying_pod_without_object() -> None:
    """The address stays taken until the containers are gone."""
    world = started(room())
    world.api.delete("pods", "default", "web", grace=0)
    world.run(20.5)
    assert len(world.addresses.used) == 1
    world.run(25)
    assert (world.addresses.used, world.kubelets.ghosts) == ({}, {})


def test_crash_loop_doubles_its_delay() -> None:
    """Restarts come at once, then after 10, 20 and 40 s from each end."""
    world = room()
    world.pod("web", script("sleep 1; exit 1"))
    world.run(15)
    waiting = world.state()["waiting"]
    uid = world.get()["metadata"]["uid"]
    assert waiting == {
        "reason": "CrashLoopBackOff",
        "message": f"back-off 10s restarting failed container=c pod=web_default({uid})",
    }
    world.run(110)
    seconds = [int(time[14:16]) * 60 + int(time[17:19]) for time in
               world.times("web", "running", "startedAt")]  # fmt: skip
    gaps = [later - sooner for sooner, later in pairwise(seconds)]
    assert [round(gap, -1) for gap in gaps] == [0, 10, 20, 40]


def test_a_typo_in_the_tag_is_an_image_pull_back_off() -> None:
    """A tag that the catalogue does not know fails as containerd says it."""
    world = room()
    world.pod("web", {**WEB, "image": "nginx:1.255"})
    world.run(20)
    waiting = world.state()["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert waiting["message"].startswith('Back-off pulling image "nginx:1.255": ErrImagePull: rpc')
    assert world.phases() == ["Pending"]


def test_an_image_that_appears_is_pulled_after_the_back_off() -> None:
    """A corrected image is pulled; the pod becomes Ready."""
    world = room()
    world.pod("web", {**WEB, "image": "nginx:1.255"})
    world.run(5)
    image = {"spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}}
    world.api.patch("pods", "default", "web", image, style="strategic")
    world.run(60)
    assert is_true(world.get(), "Ready")


def test_another_image_restarts_the_container() -> None:
    """A changed definition stops the container and starts the new one."""
    world = started(room())
    image = {"spec": {"containers": [{"name": "web", "image": "nginx:1.30"}]}}
    world.api.patch("pods", "default", "web", image, style="strategic")
    world.run(40)
    status = world.get()["status"]["containerStatuses"][0]
    assert (status["image"], status["restartCount"]) == ("docker.io/library/nginx:1.30", 1)
    assert world.messages("Killing") == ["Container web definition changed, will be restarted"]


def test_readiness_gates_the_pod_until_its_program_answers() -> None:
    """ready-after 12 s: not ready before, ready at the next probe after it."""
    world = room()
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5}
    world.pod(
        "web", {**WEB, "readinessProbe": probe}, annotations={"kubelearn.dev/ready-after": "12s"}
    )
    world.run(10)
    assert not is_true(world.get(), "Ready")
    world.run(25)
    assert is_true(world.get(), "Ready")
    wanted = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    assert wanted in world.messages("Unhealthy")


def test_a_probe_of_a_port_that_nobody_listens_on_is_refused() -> None:
    """The classic mistake: a probe of the wrong port."""
    world = room()
    world.pod("web", {**WEB, "readinessProbe": {"httpGet": {"path": "/", "port": 8080}}})
    world.run(30)
    address = "10.244.0.2:8080"
    wanted = f'Readiness probe failed: Get "http://{address}/": dial tcp {address}: connect: '
    assert world.messages("Unhealthy") == [wanted + "connection refused"]


def test_a_failing_liveness_probe_restarts_the_container() -> None:
    """After failureThreshold failures the container is killed and started again."""
    world = room()
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5, "failureThreshold": 2}
    annotations = {"kubelearn.dev/probe-fails": "liveness after=20s"}
    world.pod("web", {**WEB, "livenessProbe": probe}, annotations=annotations)
    world.run(45)
    assert world.get()["status"]["containerStatuses"][0]["restartCount"] == 1
    wanted = "Container web failed liveness probe, will be restarted"
    assert wanted in world.messages("Killing")


LIVENESS = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5, "failureThreshold": 1}
HANGS = {"kubelearn.dev/probe-fails": "liveness after=1s"}


def test_a_stopped_container_is_started_by_the_same_sync() -> None:
    """Its own end is not looked at: a back-off shows once it is longer than the container ran."""
    world = room()
    world.pod("web", {**WEB, "livenessProbe": LIVENESS}, annotations=HANGS)
    world.run(40)
    pods = [one.new for one in world.api.store.log if one.resource == "pods" and one.new]
    lists = [pod["status"].get("containerStatuses") for pod in pods]
    statuses = [found[0] for found in lists if found]
    assert max(one["restartCount"] for one in statuses if "running" in one["state"]) >= 2
    early = [one for one in statuses if one["restartCount"] < 2]
    reasons = {get_path(one, "state", "waiting", "reason") for one in early}
    assert reasons <= {None, "ContainerCreating"}
    world.run(300)
    assert world.messages("BackOff")


def test_a_probe_that_fails_under_never_stops_the_pod() -> None:
    """With nothing left to keep, the kubelet stops all of it, and its event says no more."""
    world = room()
    web = {**WEB, "livenessProbe": LIVENESS}
    world.pod("web", web, annotations=HANGS, restartPolicy="Never")
    world.run(40)
    assert world.messages("Killing") == ["Stopping container web"]
    assert world.phases()[-1] == "Succeeded"  # nginx ends well when it is told to


def test_a_probe_that_fails_beside_another_container_under_never() -> None:
    """The other one stays, and nobody restarts anything."""
    world = room()
    web = {**WEB, "livenessProbe": LIVENESS}
    other = script("sleep 1h")
    world.pod("web", web, other, annotations=HANGS, restartPolicy="Never")
    world.run(40)
    assert world.messages("Killing") == ["Container web failed liveness probe"]
    assert world.phases()[-1] == "Running"


def test_a_sidecar_that_fails_its_probe_is_told_as_an_init_container() -> None:
    """And started again, whatever the pod's policy."""
    world = room()
    side = {**WEB, "name": "side", "restartPolicy": "Always", "livenessProbe": LIVENESS}
    hangs = {f"{name}.side": value for name, value in HANGS.items()}
    world.pod("web", script("sleep 1h"), initContainers=[side], annotations=hangs,
              restartPolicy="Never")  # fmt: skip
    world.run(25)
    assert set(world.messages("Killing")) == {"Init container side failed liveness probe"}
    assert world.get()["status"]["initContainerStatuses"][0]["restartCount"] >= 1


def test_another_image_restarts_the_container_under_never_too() -> None:
    """What was redefined is started whatever the policy."""
    world = started(room(), restartPolicy="Never")
    image = {"spec": {"containers": [{"name": "web", "image": "nginx:1.30"}]}}
    world.api.patch("pods", "default", "web", image, style="strategic")
    world.run(40)
    status = world.get()["status"]["containerStatuses"][0]
    assert (status["restartCount"], "running" in status["state"]) == (1, True)


def test_another_image_leaves_a_running_init_container_alone() -> None:
    """It ends with the image that it has."""
    world = room()
    world.pod("web", WEB, initContainers=[script("sleep 20", name="first")])
    world.run(10)
    image = {"spec": {"initContainers": [{"name": "first", "image": "busybox:1.36"}]}}
    world.api.patch("pods", "default", "web", image, style="strategic")
    world.run(60)
    first = world.get()["status"]["initContainerStatuses"][0]
    assert (first["restartCount"], first["state"]["terminated"]["exitCode"]) == (0, 0)
    assert world.messages("Killing") == []
    assert is_true(world.get(), "Ready")


def test_init_containers_run_one_after_the_other() -> None:
    """The app waits for both; a sidecar starts in between and keeps running."""
    world = room()
    inits = [script("sleep 2", name="first"), {**WEB, "name": "side", "restartPolicy": "Always"},
             script("true", name="last")]  # fmt: skip
    world.pod("web", WEB, initContainers=inits)
    world.run(4)
    assert not is_true(world.get(), "Initialized")
    world.run(40)
    status = world.get()["status"]
    states = [next(iter(each["state"])) for each in status["initContainerStatuses"]]
    assert states == ["terminated", "running", "terminated"]
    assert is_true(world.get(), "Ready")


def test_a_failing_init_container_holds_the_app_back() -> None:
    """Under restartPolicy Always it backs off, the pod stays Pending."""
    world = room()
    world.pod("web", WEB, initContainers=[script("exit 1", name="first")])
    world.run(30)
    status = world.get()["status"]
    waiting = status["initContainerStatuses"][0]["state"]["waiting"]["reason"]
    assert (status["phase"], waiting) == ("Pending", "CrashLoopBackOff")
    assert world.state() == {"waiting": {"reason": "PodInitializing"}}


def test_a_job_pod_succeeds_and_frees_its_address() -> None:
    """With restartPolicy Never and exit code 0: Succeeded, conditions PodCompleted."""
    world = room()
    world.pod("web", script("sleep 3"), restartPolicy="Never")
    world.run(30)
    ready = next(c for c in world.get()["status"]["conditions"] if c["type"] == "Ready")
    assert (world.phases()[-1], ready["reason"]) == ("Succeeded", "PodCompleted")
    assert world.addresses.used == {}


def test_a_job_pod_may_fail() -> None:
    """With restartPolicy Never and another exit code: Failed."""
    world = room()
    world.pod("web", script("exit 3"), restartPolicy="Never")
    world.run(30)
    assert world.get()["status"]["phase"] == "Failed"
    assert world.state()["terminated"]["exitCode"] == 3


def test_an_active_deadline_ends_a_pod() -> None:
    """activeDeadlineSeconds: Failed with reason DeadlineExceeded."""
    world = started(room(), 30, activeDeadlineSeconds=15)
    status = world.get()["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")


def test_a_missing_config_map_is_a_configuration_error_until_it_is_there() -> None:
    """The container starts when the ConfigMap has come."""
    world = room()
    source = {"configMapKeyRef": {"name": "settings", "key": "colour"}}
    world.pod("web", {**WEB, "env": [{"name": "COLOUR", "valueFrom": source}]})
    world.run(10)
    assert world.state()["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": 'configmap "settings" not found',
    }
    metadata = {"name": "settings", "namespace": "default"}
    world.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
                      "data": {"colour": "blue"}})  # fmt: skip
    world.run(40)
    assert is_true(world.get(), "Ready")


def test_a_missing_secret_volume_fails_to_mount() -> None:
    """The pod stays in ContainerCreating and says why in an event."""
    world = room()
    world.pod("web", WEB, volumes=[{"name": "keys", "secret": {"secretName": "tls"}}])
    world.run(20)
    wanted = 'MountVolume.SetUp failed for volume "keys" : secret "tls" not found'
    assert world.messages("FailedMount") == [wanted]
    assert world.state() == {"waiting": {"reason": "ContainerCreating"}}


def test_a_wrong_annotation_is_told_in_the_pod() -> None:
    """The container is not created, and its status names the annotation."""
    world = started(room(), annotations={"kubelearn.dev/exit": "after=soon"})
    message = world.state()["waiting"]["message"]
    assert message.startswith("kubelearn.dev/exit: 'soon' is not a duration")


def test_a_pod_that_does_not_fit_is_rejected() -> None:
    """Bound by name to a node without room: Failed, OutOfcpu."""
    world = room()
    world.pod("web", {**WEB, "resources": {"requests": {"cpu": "5"}}})
    world.run(5)
    status = world.get()["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfcpu")
    assert status["message"] == (
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 5000, used: 0, "
        "capacity: 4000"
    )


def test_a_crash_is_a_restart() -> None:
    """What fails from outside is started again like any other."""
    world = started(room())
    world.kubelets.crash("default", "web")
    world.run(30)
    status = world.get()["status"]["containerStatuses"][0]
    assert (status["restartCount"], status["lastState"]["terminated"]["exitCode"]) == (1, 1)


def test_a_stage_of_ones_own() -> None:
    """A row before the others makes a way to fail: out of memory after five seconds."""

    def killed(s: object) -> Outcome:
        end = rows.Termination(137, "OOMKilled", "", s.own.started_at, s.now)
        return Outcome(s.own._replace(state=rows.EXITED, since=s.now, ready=False, last=end))

    oom = Stage("oom-killed", rows.RUNNING, killed, after=lambda s: 5_000_000_000)
    world = started(room(stages=(oom, *STAGES)), 12)
    assert world.times("web", "terminated", "reason") == ["OOMKilled"]


def fingerprint(world: Room) -> str:
    """A hash of all that was written."""
    written = [(r.time, r.resource, r.key, r.new) for r in world.api.store.log]
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def test_a_fork_has_the_same_future_and_its_own() -> None:
    """Two worlds write the same when left alone; a deletion in one is not seen in the other."""
    world = room(2)
    world.pod("web", script("sleep 3; exit 1"))
    world.pod("other", WEB, node="worker-2")
    world.run(9)
    twin = world.fork()
    twin.run(60)
    world.run(60)
    assert fingerprint(world) == fingerprint(twin)
    twin.api.delete("pods", "default", "other")
    twin.run(90)
    world.run(90)
    assert twin.api.find("pods", "default", "other") is None
    assert is_true(world.get("other"), "Ready")
