"""The simulated registries: which images there are, how large they are, what their programs do.

Which images exist, in this order:

1. The annotation `kubelearn.dev/pull` decides: "missing", "denied", or a time that the pull takes.
2. An image of the catalogue exists with the tags that its row allows: `nginx:1.255` does not.
3. A one-word name is an official image of Docker Hub. One that is a single slip (one letter
   wrong, missing, too many, or two swapped) away from a name of the catalogue does not exist:
   `ngnix`.
4. A repository or tag with one of the words of `ABSENT` in it ("nosuch", "does-not-exist") does
   not exist.
5. Every other image exists, with `DEFAULT`'s size and behaviour.

Unlike the real one: sizes, start and service times are rounded from published images, digests are
made up from the name, and rules 3 to 5 stand for registries that cannot be asked here. Bookinfo's
productpage takes its user from the header `end-user` instead of a login.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kubelearn.api.app import AppBehaviour, Distribution, Exit, Stop, changed, described
from kubelearn.api.commands import Unknown, exit_of
from kubelearn.sim.clock import MILLISECOND, SECOND

MB = 1_000_000
VERSION = r"v?\d+(\.\d+){0,3}"
VARIANT = r"(-(alpine|slim|bookworm|trixie|bullseye|perl|otel)[\d.]*(-[a-z]+)?)*"
ABSENT = ("nosuch", "no-such", "does-not-exist", "doesnotexist", "nonexist", "not-exist", "missing")
"""Words in a repository or tag that say by themselves that there is no such image."""


class Image(NamedTuple):
    """What a registry holds under one repository, and what its program does."""

    size: int = 100 * MB
    """Bytes that are pulled."""
    tags: str = ".*"
    """Regular expression of the tags that exist."""
    app: AppBehaviour = AppBehaviour()
    role: str = "server"
    """"server" runs for ever, "shell" ends when it has nothing to do, "job" does some work."""


class Reference(NamedTuple):
    """A parsed image name: "docker.io/library/nginx", "1.29", "" of `nginx:1.29`."""

    repository: str
    tag: str
    digest: str

    def __str__(self) -> str:
        text = self.repository + (f":{self.tag}" if self.tag else "")
        return text + (f"@{self.digest}" if self.digest else "")


class Pull(NamedTuple):
    """What a registry answers: `error` is the runtime's message, "" when the image exists."""

    size: int
    error: str = ""


def _server(ports: tuple[int, ...], start: float, service: int, **more: Any) -> AppBehaviour:
    """A program that listens on `ports` after `start` s and answers in about `service` ms."""
    law = Distribution("lognormal", service * MILLISECOND, service * MILLISECOND // 3)
    return AppBehaviour(start_time=int(start * SECOND), listens=ports, service_time=law, **more)


def _one_shot() -> AppBehaviour:
    return AppBehaviour(start_time=0, exit=Exit(0, 0), stop=Stop(None, 137), memory=4 * 2**20)


DEFAULT = Image()
TAGS = rf"latest|{VERSION}{VARIANT}|alpine[\d.]*"
BOOKINFO = r"1\.\d+\.\d+|latest"
BOUTIQUE = r"v\d+\.\d+\.\d+|latest"
NGINX_TAGS = rf"(latest|stable|mainline|1|1\.([1-9]|[12]\d|3[01])(\.\d{{1,2}})?){VARIANT}|alpine.*"
_ISTIO = "registry.istio.io/release/examples-bookinfo-"
_BOUTIQUE = "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/"
_HUBS = "docker.io/"
_HUB = "docker.io/library/"
ISTIO = r"1\.\d+\.\d+(-distroless|-debug)?|latest"
TRACING = ("end-user", "user-agent", "x-request-id", "traceparent", "tracestate", "b3")
"""Headers that the programs of Bookinfo copy from a request into those that they make for it."""

CATALOGUE: dict[str, Image] = {
    _HUB + "nginx": Image(72 * MB, NGINX_TAGS, _server((80,), 0.3, 1, paths=("/", "/index.html"))),
    _HUB + "httpd": Image(45 * MB, rf"latest|2(\.4)?(\.\d+)?{VARIANT}", _server((80,), 0.3, 1)),
    _HUB + "redis": Image(45 * MB, rf"(latest|[2-8](\.\d+){{0,2}}){VARIANT}|alpine.*",
                          _server((6379,), 0.3, 1)),
    _HUB + "postgres": Image(155 * MB, rf"(latest|9\.\d+|1\d(\.\d+)?){VARIANT}|alpine.*",
                             _server((5432,), 3, 2, memory=60 * 2**20)),
    _HUB + "mysql": Image(230 * MB, r"latest|lts|[589](\.\d+){0,2}(-\w+)?",
                          _server((3306,), 8, 2, memory=400 * 2**20)),
    _HUB + "mariadb": Image(115 * MB, TAGS, _server((3306,), 5, 2, memory=120 * 2**20)),
    _HUB + "mongo": Image(270 * MB, TAGS, _server((27017,), 3, 2, memory=160 * 2**20)),
    _HUB + "rabbitmq": Image(95 * MB, TAGS + "|.*management.*", _server((5672,), 8, 2)),
    _HUB + "memcached": Image(30 * MB, TAGS, _server((11211,), 0.2, 1)),
    _HUB + "wordpress": Image(240 * MB, TAGS + "|.*(apache|fpm).*", _server((80,), 2, 80)),
    _HUB + "traefik": Image(50 * MB, TAGS + "|v[23].*", _server((80, 8080), 0.5, 1)),
    _HUB + "caddy": Image(20 * MB, TAGS + "|2.*", _server((80, 443), 0.3, 1)),
    _HUB + "busybox": Image(2 * MB, rf"{TAGS}|stable|musl|glibc|uclibc", _one_shot(), "shell"),
    _HUB + "alpine": Image(4 * MB, r"latest|edge|3(\.\d+){0,2}", _one_shot(), "shell"),
    _HUB + "ubuntu": Image(30 * MB, r"rolling|[12]\d\.\d\d|[a-z]+", _one_shot(), "shell"),
    _HUB + "debian": Image(49 * MB, r".*", _one_shot(), "shell"),
    _HUB + "bash": Image(6 * MB, TAGS, _one_shot(), "shell"),
    _HUB + "python": Image(370 * MB, TAGS + r"|3.*|slim", _one_shot(), "job"),
    _HUB + "node": Image(390 * MB, TAGS + r"|lts.*|slim", _one_shot(), "job"),
    _HUB + "perl": Image(335 * MB, TAGS + r"|5.*", _one_shot(), "job"),
    _HUB + "hello-world": Image(1 * MB, r"latest|linux", _one_shot(), "shell"),
    "docker.io/curlimages/curl": Image(9 * MB, TAGS, _one_shot(), "shell"),
    "docker.io/nginxinc/nginx-unprivileged": Image(70 * MB, ".*", _server((8080,), 0.3, 1)),
    # Guestbook
    "gcr.io/google-samples/gb-frontend": Image(170 * MB, r"v[1-6]", _server((80,), 1, 15)),
    "gcr.io/google_samples/gb-redisslave": Image(110 * MB, r"v[1-3]", _server((6379,), 0.5, 1)),
    "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend": Image(
        170 * MB, r"v[1-6]", _server((80,), 1, 15)),
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower": Image(
        40 * MB, r"v[12]", _server((6379,), 0.5, 1)),
    "gcr.io/google-samples/hello-app": Image(12 * MB, r"1\.0|2\.0", _server((8080,), 0.2, 1)),
    "gcr.io/google-samples/cassandra": Image(130 * MB, r"v1[1-4]", _server((9042, 7000), 20, 5)),
    # Bookinfo
    _ISTIO + "productpage-v1": Image(75 * MB, BOOKINFO, _server(
        (9080,), 2, 20, forwards=TRACING, calls=(
            "http://details:9080/details/0 timeout=3s optional",
            "http://reviews:9080/reviews/0 timeout=3s tries=2 optional"))),
    _ISTIO + "details-v1": Image(70 * MB, BOOKINFO, _server((9080,), 1, 5)),
    _ISTIO + "details-v2": Image(70 * MB, BOOKINFO, _server((9080,), 1, 5)),
    _ISTIO + "reviews-v1": Image(290 * MB, BOOKINFO, _server((9080,), 8, 10)),
    _ISTIO + "reviews-v2": Image(290 * MB, BOOKINFO, _server(
        (9080,), 8, 15, forwards=TRACING, calls=(
            "http://ratings:9080/ratings/0 timeout=10s optional",))),
    _ISTIO + "reviews-v3": Image(290 * MB, BOOKINFO, _server(
        (9080,), 8, 15, forwards=TRACING, calls=(
            "http://ratings:9080/ratings/0 timeout=2.5s optional",))),
    _ISTIO + "ratings-v1": Image(160 * MB, BOOKINFO, _server((9080,), 1, 5)),
    _ISTIO + "ratings-v2": Image(160 * MB, BOOKINFO, _server((9080,), 1, 8)),
    _ISTIO + "mongodb": Image(265 * MB, BOOKINFO, _server((27017,), 3, 2)),
    _ISTIO + "mysqldb": Image(180 * MB, BOOKINFO, _server((3306,), 8, 2)),
    # Istio: its proxy (and the program that redirects traffic to it), and istiod
    _HUBS + "istio/proxyv2": Image(
        90 * MB, ISTIO, _server((15001, 15006, 15020, 15021, 15090), 0.5, 0), "shell"),
    _HUBS + "istio/pilot": Image(
        80 * MB, ISTIO, _server((8080, 15010, 15012, 15014, 15017), 2, 1), "server"),
    "gcr.io/istio-testing/ext-authz": Image(15 * MB, r"latest|1\.\d+.*", _server(
        (8000, 9000), 0.3, 1, admits=("x-ext-authz", "allow"))),
    # Online Boutique
    _BOUTIQUE + "frontend": Image(18 * MB, BOUTIQUE, _server((8080,), 1, 20, calls=(
        "grpc://productcatalogservice:3550", "grpc://currencyservice:7000",
        "grpc://cartservice:7070", "grpc://adservice:9555"))),
    _BOUTIQUE + "productcatalogservice": Image(16 * MB, BOUTIQUE, _server((3550,), 1, 3)),
    _BOUTIQUE + "currencyservice": Image(110 * MB, BOUTIQUE, _server((7000,), 2, 2)),
    _BOUTIQUE + "cartservice": Image(40 * MB, BOUTIQUE, _server(
        (7070,), 2, 4, calls=("tcp://redis-cart:6379",))),
    _BOUTIQUE + "checkoutservice": Image(17 * MB, BOUTIQUE, _server((5050,), 1, 15, calls=(
        "grpc://cartservice:7070", "grpc://paymentservice:50051", "grpc://shippingservice:50051",
        "grpc://emailservice:5000"))),
    _BOUTIQUE + "paymentservice": Image(110 * MB, BOUTIQUE, _server((50051,), 2, 5)),
    _BOUTIQUE + "emailservice": Image(70 * MB, BOUTIQUE, _server((8080,), 3, 5)),
    _BOUTIQUE + "recommendationservice": Image(70 * MB, BOUTIQUE, _server(
        (8080,), 3, 8, calls=("grpc://productcatalogservice:3550",))),
    _BOUTIQUE + "shippingservice": Image(16 * MB, BOUTIQUE, _server((50051,), 1, 3)),
    _BOUTIQUE + "adservice": Image(170 * MB, BOUTIQUE, _server((9555,), 8, 4)),
    _BOUTIQUE + "loadgenerator": Image(60 * MB, BOUTIQUE, _server((), 2, 10)),
    # Others that courses use
    "docker.io/dockersamples/examplevotingapp_vote": Image(60 * MB, ".*", _server((80,), 1, 10)),
    "docker.io/dockersamples/examplevotingapp_result": Image(
        80 * MB, ".*", _server((80, 4000), 1, 10)),
    "docker.io/dockersamples/examplevotingapp_worker": Image(80 * MB, ".*", _server((), 2, 10)),
    "ghcr.io/stefanprodan/podinfo": Image(24 * MB, TAGS, _server((9898, 9797, 9999), 0.5, 2)),
    "docker.io/stefanprodan/podinfo": Image(24 * MB, TAGS, _server((9898, 9797, 9999), 0.5, 2)),
    "public.ecr.aws/l6m2t8p7/docker-2048": Image(27 * MB, "latest", _server((80,), 0.3, 1)),
    "registry.k8s.io/e2e-test-images/agnhost": Image(
        52 * MB, r"2\.\d+(\.\d+)?", _server((80, 8080, 9376), 0.3, 1)),
    # The cluster itself
    "registry.k8s.io/pause": Image(320_000, r"3\.\d+(\.\d+)?", _server((), 0, 1)),
    "registry.k8s.io/etcd": Image(23 * MB, r"3\.\d+\.\d+-\d+", _server((2379, 2380), 2, 2)),
    "registry.k8s.io/kube-apiserver": Image(27 * MB, r"v1\.\d+\.\d+", _server((6443,), 3, 5)),
    "registry.k8s.io/kube-controller-manager": Image(
        22 * MB, r"v1\.\d+\.\d+", _server((10257,), 1, 5)),
    "registry.k8s.io/kube-scheduler": Image(17 * MB, r"v1\.\d+\.\d+", _server((10259,), 1, 5)),
    "registry.k8s.io/kube-proxy": Image(26 * MB, r"v1\.\d+\.\d+", _server((10256,), 1, 1)),
    "registry.k8s.io/coredns/coredns": Image(
        23 * MB, r"v1\.\d+\.\d+", _server((53, 8080, 8181, 9153), 0.5, 1)),
}  # fmt: skip
"""Known repositories. A new image is one row."""

BY_NAME: dict[str, Image] = {
    "spring-cloud-gateway": Image(310 * MB, r".*", _server((8080,), 4, 2, memory=300 * 2**20)),
    "eureka-server": Image(290 * MB, r".*", _server((8761,), 4, 2, memory=300 * 2**20)),
}
"""Programs that people build themselves (docs/spring.md), by the last part of a repository."""

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = r"(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\.[A-Za-z0-9-]+)*(?::\d+)?"
_REFERENCE = re.compile(
    rf"(?P<name>(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[a-z0-9+.]+:[0-9a-fA-F]{32,}))?"
)


class InvalidImageName(ValueError):
    """A text is no image name; `str(error)` is the kubelet's message (`pkg/util/parsers`)."""


@lru_cache(maxsize=4096)
def parse_image(image: str) -> Reference:
    """The full reference of an image name, with `latest` when it has no tag and no digest."""
    found = _REFERENCE.fullmatch(image)
    if re.fullmatch("[0-9a-f]{64}", image):
        detail = f"invalid repository name ({image}), cannot specify 64-byte hexadecimal strings"
        raise InvalidImageName(_unparsable(image, detail))
    if found is None:
        detail = "invalid reference format"
        name = image.partition(":")[0]
        if _REFERENCE.fullmatch(image.lower()) and name != name.lower():
            long = name if "/" in name else f"library/{name}"
            detail += f": repository name ({long}) must be lowercase"
        raise InvalidImageName(_unparsable(image, detail))
    tag, digest = found["tag"] or "", found["digest"] or ""
    return Reference(_repository(found["name"]), tag or ("" if digest else "latest"), digest)


@lru_cache(maxsize=4096)
def full_name(image: str) -> str:
    """The name under which a node keeps an image; the text itself when it is no image name."""
    try:
        return str(parse_image(image))
    except InvalidImageName:
        return image


def _unparsable(image: str, detail: str) -> str:
    return f"couldn't parse image name {_quoted(image)}: {detail}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _repository(name: str) -> str:
    domain, slash, rest = name.partition("/")
    if slash and ("." in domain or ":" in domain or domain == "localhost"):
        return f"docker.io/{rest}" if domain == "index.docker.io" else name
    return f"docker.io/{name}" if slash else _HUB + name


@lru_cache(maxsize=4096)
def pull_of(image: str, said: str = "") -> Pull:
    """What the registry answers to a pull; `said` is the annotation `kubelearn.dev/pull`."""
    reference = parse_image(image)
    known = CATALOGUE.get(reference.repository)
    size = (known or DEFAULT).size
    if said in ("missing", "denied"):
        return Pull(size, _not_found(reference) if said == "missing" else _denied(reference))
    if said:
        return Pull(size)
    if known is not None:
        fits = reference.digest or re.fullmatch(known.tags, reference.tag)
        return Pull(size, "" if fits else _not_found(reference))
    if _is_slip(reference.repository) or any(word in reference.repository for word in ABSENT):
        return Pull(size, _denied(reference))
    if any(word in reference.tag for word in ABSENT):
        return Pull(size, _not_found(reference))
    return Pull(size)


def _not_found(reference: Reference) -> str:
    return (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{reference}": '
        f'failed to resolve reference "{reference}": {reference}: not found'
    )


def _denied(reference: Reference) -> str:
    return (
        f'failed to pull and unpack image "{reference}": failed to resolve reference '
        f'"{reference}": pull access denied, repository does not exist or may require '
        "authorization: server message: insufficient_scope: authorization failed"
    )


@lru_cache(maxsize=4096)
def _is_slip(repository: str) -> bool:
    """Whether an official image's name is one slip away from one of the catalogue."""
    if not repository.startswith(_HUB):
        return False
    name = repository.removeprefix(_HUB)
    official = (known.removeprefix(_HUB) for known in CATALOGUE if known.startswith(_HUB))
    return any(len(known) > 4 and one_slip(name, known) for known in official)


def one_slip(text: str, known: str) -> bool:
    """Whether texts differ by one letter changed, added, left out, or two swapped."""
    if text == known or abs(len(text) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(text), len(known)) and text[start] == known[start]:
        start += 1
    a, b = text[start:], known[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


@lru_cache(maxsize=4096)
def digest_of(image: str) -> str:
    """The imageID of a pulled image: its repository and a digest made up from its name."""
    reference = parse_image(image)
    made = hashlib.sha256(str(reference).encode()).hexdigest()
    return f"{reference.repository}@{reference.digest or 'sha256:' + made}"


def behaviour_of(
    container: Mapping[str, Any],
    annotations: Mapping[str, str] | None = None,
    *,
    first: bool = True,
    ends: bool = False,
) -> AppBehaviour:
    """What the program of a container does; ValueError names an annotation that is wrong.

    `first` says that it is the pod's first regular container, which annotations without a name
    speak of; `ends` that it is meant to end (init containers, restartPolicy OnFailure or Never).
    """
    command, args = container.get("command") or (), container.get("args") or ()
    ports = tuple(port["containerPort"] for port in container.get("ports") or ())
    base = _base(container["image"], tuple(command), tuple(args), ports, ends)
    if not annotations:
        return base
    return changed(base, described(annotations, container["name"], first))


@lru_cache(maxsize=4096)
def _base(
    image: str, command: Sequence[str], args: Sequence[str], ports: tuple[int, ...], ends: bool
) -> AppBehaviour:
    known = _catalogued(image)
    app = known.app
    if app.listens is None and ports:
        app = changed(app, (f"listens={','.join(map(str, ports))}",))
    if not command and not (args and known.role != "server"):
        return app
    return _commanded(app, known.role, (*command, *args), ends)


def _catalogued(image: str) -> Image:
    try:
        repository = parse_image(image).repository
    except InvalidImageName:
        return DEFAULT
    known = CATALOGUE.get(repository)
    return BY_NAME.get(repository.rpartition("/")[2], DEFAULT) if known is None else known


def is_known(image: str) -> bool:
    """Whether the catalogue has an image, so that nothing else can tell what it runs."""
    return _catalogued(image) is not DEFAULT


def _commanded(app: AppBehaviour, role: str, argv: tuple[str, ...], ends: bool) -> AppBehaviour:
    """The behaviour of an image whose own command is replaced by `argv`."""
    try:
        end = exit_of(argv)
    except Unknown:
        if role == "server":
            return app
        if ends:
            return _with(app, Exit(5 * SECOND if role == "job" else SECOND, 0), followed=False)
        return _with(app, None, followed=False)
    return _with(app, end, followed=True)


def _with(app: AppBehaviour, end: Exit | None, *, followed: bool) -> AppBehaviour:
    said = ("exit=never",) if end is None else (f"exit=after={end.after}ns code={end.code}",)
    app = changed(app, said)
    if followed:
        # A shell or a `sleep` that is process 1 has no handler for SIGTERM and so ignores it.
        return changed(app, ("stop-time=never",))
    return AppBehaviour(**{name: getattr(app, name) for name in _NAMES} | {"followed": False})


_NAMES = tuple(AppBehaviour.__dataclass_fields__)
