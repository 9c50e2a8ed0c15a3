# Makes the virtual environment in which `start` and `tests/run` work. Sourced by both, in the top folder.
# Plain bash 3.2, because that is what macOS brings.

venv="${KUBELEARN_VENV:-.venv}"

say() { printf '%s\n' "$*" >&2; }

stop() { say "kubelearn: $*"; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif have sudo; then sudo "$@"
    else say "kubelearn: '$*' needs root, and there is no sudo here."; return 1
    fi
}

apt_install() {
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Prints the first Python that is new enough; a version manager's stub that cannot run does not count.
find_python() {
    local name
    if [ -n "${KUBELEARN_PYTHON:-}" ]; then set -- "$KUBELEARN_PYTHON"
    else set -- python3 python3.14 python3.13 python3.12 python3.11 python
    fi
    for name in "$@"; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

# Debian and Ubuntu keep the parts that make virtual environments in a package of their own.
ensure_venv_module() {
    local python="$1" version
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    have apt-get || stop "$python cannot make virtual environments. Install its venv module, then run this again."
    say "Installing python$version-venv, which $python needs to make a virtual environment ..."
    apt_install "python$version-venv" ||
        stop "could not install python$version-venv. Run: sudo apt-get install python$version-venv, then this again."
}

ensure_venv() {
    local python
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    python=$(find_python) || stop "no Python 3.11 or newer found." \
        "Install one (Debian, Ubuntu: sudo apt-get install python3; macOS: brew install python) or name it:" \
        "KUBELEARN_PYTHON=/path/to/python3.12"
    ensure_venv_module "$python"
    say "Making the virtual environment $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv" || stop "could not make the virtual environment $venv."
}

# What an installation depends on: the two files, the Python, and the folder that an editable install points to.
fingerprint() {
    "$venv/bin/python" - pyproject.toml requirements.txt <<'PYTHON'
import hashlib, pathlib, sys
parts = [pathlib.Path(name).read_bytes() for name in sys.argv[1:]]
parts += [sys.version.encode(), str(pathlib.Path.cwd()).encode()]
print(hashlib.sha256(b"\0".join(parts)).hexdigest())
PYTHON
}

# install_extras notebook test: installs kubelearn from this folder with these extras, unless that is done already.
install_extras() {
    local wanted extra missing="" extras="$*"
    wanted=$(fingerprint) || stop "cannot read pyproject.toml and requirements.txt in $PWD."
    for extra in "$@"; do
        [ "$(cat "$venv/kubelearn-$extra.done" 2>/dev/null)" = "$wanted" ] || missing=yes
    done
    [ -n "$missing" ] || return 0
    say "Installing kubelearn with what it needs into $venv (once; a minute or two, about 600 MB) ..."
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --editable ".[${extras// /,}]" ||
        stop "pip could not install everything; its message is above."
    for extra in "$@"; do printf '%s\n' "$wanted" >"$venv/kubelearn-$extra.done"; done
}

# JupyterLab as a learner should meet it: no question about news on the first page.
install_lab_settings() {
    mkdir -p "$venv/share/jupyter/lab/settings" &&
        cp binder/overrides.json "$venv/share/jupyter/lab/settings/overrides.json"
}

# Debian's package where it is a real one. Ubuntu's only leads to a snap, which a browser test cannot drive.
ensure_chromium() {
    local python="$venv/bin/python" distribution="" deps=""
    "$python" tests/browser/chromium.py >/dev/null 2>&1 && return
    [ -r /etc/os-release ] && distribution=$(. /etc/os-release && printf '%s' "${ID:-}")
    say "Installing Chromium for the browser tests ..."
    if have apt-get && [ "$distribution" != ubuntu ]; then
        apt_install chromium && "$python" tests/browser/chromium.py >/dev/null 2>&1 && return
        say "apt-get brought no Chromium that works; trying playwright's own download."
    fi
    if have apt-get; then deps=--with-deps; fi
    "$python" -m playwright install $deps chromium &&
        "$python" tests/browser/chromium.py >/dev/null
}
