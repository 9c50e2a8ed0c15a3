"""Settings and checks of the exercises on security and sight: who may call, and who fails."""

from __future__ import annotations

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.load_checks import lost
from kubelearn.learn.mesh_checks import meshed, program, service
from kubelearn.learn.rehearsal import annotations_of
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.traffic.call import Call

ISSUER = Issuer("https://auth.example.com", "ES256")
"""Signs the tokens of the exercise."""
STRANGER = Issuer("https://elsewhere.example.com", "ES256")
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {name}}}
---
"""
REVIEWS, DETAILS, DESK = "http://reviews/", "http://details/", "http://desk/"
PAGE, FRONT = "http://productpage/", "http://front/"
RATE = 4
SICK = "stock"
WELL = ("front", "catalog", "prices", "advice")
NEWER = "fixed 12ms"
"""What the last rollout of the programs that are well has changed."""


def _with_account(app: str, **annotations: str) -> str:
    """A program that runs as a service account of its own name, with its Service."""
    text = program(app, **annotations)
    named = text.replace("      containers:", f"      serviceAccountName: {app}\n      containers:")
    return ACCOUNT.format(name=app) + named + service(app)


def a_bookshop(seed: int) -> Cluster:
    """Productpage asks reviews and details; a client in the mesh could ask all of them."""
    calls = f"{REVIEWS} optional, {DETAILS} optional"
    return meshed(seed, _with_account("productpage", calls=calls), _with_account("reviews"),
                  _with_account("details"))  # fmt: skip


def only_productpage_calls(trial: Trial) -> str:
    """The page has its reviews and details, everybody else may ask details but not reviews."""
    trial.cluster.run("5s")
    page = _ask(trial, PAGE)
    missing = [host for host in ("reviews", "details") if f"without {host}" in page.body]
    direct, details = _ask(trial, REVIEWS), _ask(trial, DETAILS)
    trial.note(f"the client asks the page: {page.status}, without {missing or 'nothing'}")
    trial.note(f"the client asks reviews itself: {direct.status}, details: {details.status}")
    if not page.ok or "details" in missing or not details.ok:
        raise Unmet("others than reviews are refused now: the policy is for reviews only", NEARLY)
    if direct.ok and missing:
        raise Unmet("the client may ask reviews, and productpage may not: the wrong way round")
    if direct.ok:
        raise Unmet("the client can still ask reviews itself", WRONG)
    if missing:
        raise Unmet("productpage does not get its reviews any more", NEARLY, _why(trial, page))
    return "productpage gets its reviews, and nobody else in the mesh does"


def a_desk(seed: int) -> Cluster:
    """A program whose proxy knows an issuer of tokens."""
    cluster = meshed(seed, program("desk"), service("desk"))
    rule = {"issuer": ISSUER.name, "jwks": ISSUER.jwks}
    spec = {"selector": {"matchLabels": {"app": "desk"}}, "jwtRules": [rule]}
    cluster.apply({"apiVersion": "security.istio.io/v1", "kind": "RequestAuthentication",
                   "metadata": {"name": "desk"}, "spec": spec})  # fmt: skip
    return cluster.run("2s")


TOKENS = (
    ("no token", "", 403),
    ("a token of an editor", ISSUER.token("ada", role="editor"), 200),
    ("a token of a reader", ISSUER.token("bob", role="reader"), 403),
    ("a token without a role", ISSUER.token("eve"), 403),
    ("an editor's token that has expired", ISSUER.token("ada", exp=-3600, role="editor"), 401),
    ("an editor's token of somebody else", STRANGER.token("ada", role="editor"), 401),
)
"""What is shown, and the status that it has to get."""


def only_editors_pass(trial: Trial) -> str:
    """Each token gets the answer that it deserves."""
    trial.cluster.run("5s")
    wrong = []
    for what, token, wanted in TOKENS:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        status = _ask(trial, DESK, headers).status
        trial.note(f"{what}: {status}")
        if status != wanted:
            wrong.append((what, status, wanted))
    if not wrong:
        return "editors pass, all others are refused: 403 for their role, 401 for a bad token"
    what, status, wanted = wrong[0]
    raise Unmet(f"{what} gets {status} instead of {wanted}", NEARLY if len(wrong) < 4 else WRONG)


def somebody_fails(seed: int) -> Cluster:
    """Five programs were rolled out anew; since then one of them fails some requests."""
    shop = {"front": "http://catalog/, http://advice/", "catalog": "http://prices/, http://stock/"}
    names = (*WELL, SICK)
    manifests = [program(name, calls=shop[name]) if name in shop else program(name)
                 for name in names]  # fmt: skip
    cluster = meshed(seed, *manifests, *map(service, names))
    for name in names:
        said = annotations_of({"service_time": NEWER} | ({"fails": "30%"} if name == SICK else {}))
        template = {"metadata": {"annotations": said}}
        cluster.patch(f"deployment/{name}", {"spec": {"template": template}})
    cluster.run("40s")
    cluster.load(FRONT, rate=RATE, duration="30s", client="pod/client")
    return cluster.run("32s")


def is_repaired(trial: Trial) -> str:
    """Nobody who asks front gets an error, and only the sick program was touched."""
    cluster = trial.cluster
    touched = [name for name in WELL if _changed(cluster, name)]
    cluster.run("40s")
    load = cluster.load(FRONT, rate=RATE, duration="20s", client="pod/client")
    cluster.run("25s")
    failed, sent = lost(load), load.totals()["sent"]
    trial.note(f"{len(failed)} of {sent} requests to front fail now")
    if failed and touched:
        raise Unmet(f"front still fails, and {touched[0]}, which was well, was changed", WRONG)
    if failed:
        raise Unmet(f"{len(failed)} of {sent} requests to front still fail", WRONG)
    if touched:
        text = f"the errors are gone, but {', '.join(touched)} was well and need not be changed"
        raise Unmet(text, NEARLY)
    return "the one that failed is as it was before, and nobody else was touched"


def _changed(cluster: Cluster, name: str) -> bool:
    """Whether a Deployment is not any more what its last rollout has made it."""
    found = cluster.api.find("deployments.apps", "default", name)
    if found is None:
        return True
    said = found["spec"]["template"]["metadata"].get("annotations") or {}
    return str(said.get("kubelearn.dev/service-time")) != NEWER


def _ask(trial: Trial, url: str, headers: dict[str, str] | None = None) -> Call:
    call: Call = trial.cluster.request(url, client="pod/client", headers=headers)
    return call


def _why(trial: Trial, call: Call) -> tuple[str, ...]:
    return tuple(str(trial.cluster.why(call)).splitlines()[1:])
