#!/bin/sh
# Make the virtual environment .venv in this clone and install what is locked: `setup.sh run` or `setup.sh dev`.
#
# Does nothing when nothing has changed since the last time. pip alone is enough; uv is used where it is there.
# PYTHON=... names the interpreter to use; otherwise the newest suitable one on PATH is taken.
set -eu
cd "$(dirname "$0")/.."

what=$1
case $what in
    run) includes=run ;;
    dev) includes="run dev" ;;
    *) exit 2 ;;
esac
lock=requirements/$what.txt
python=.venv/bin/python
stamp=.venv/.set-up

say() { printf '%s\n' "set-up: $*" >&2; }

fail() {
    say "$*"
    exit 1
}

# What the environment depends on: the lock, the project's metadata, this script, and where it lies (scripts in it name their place).
fingerprint() {
    { pwd; cat "requirements/$1.txt" pyproject.toml tools/setup.sh; } | cksum
}

is_current() {
    [ -f "$stamp-$what" ] && [ "$(cat "$stamp-$what")" = "$(fingerprint "$what")" ] && [ -x .venv/bin/hotledger ] && runs "$python"
}

# A name on PATH proves nothing: a shim may have no interpreter behind it, and a distribution may have split modules off.
runs() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (4,))' >/dev/null 2>&1
}

is_whole() {
    runs "$1" && "$1" -c 'import ssl, venv, ensurepip, zlib, ctypes, sqlite3' >/dev/null 2>&1
}

# All interpreters on PATH, best first: by version, then by place on PATH.
candidates() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" || true
        return
    fi
    for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
        (
            IFS=:
            for folder in $PATH; do
                [ "$folder" != "$PWD/.venv/bin" ] && [ -x "${folder:-.}/$name" ] && printf '%s\n' "${folder:-.}/$name"
            done
            true
        )
    done
}

# The first candidate that passes the test named by $1.
first_that() {
    candidates | while IFS= read -r candidate; do
        if "$1" "$candidate"; then
            printf '%s\n' "$candidate"
            break
        fi
    done
}

version_of() {
    "$1" -c 'import platform; print(platform.python_version())'
}

# Debian and Ubuntu keep venv in a package of its own. Only root can add it, and only a machine with apt-get has it.
add_venv_by_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    found=$(first_that runs)
    [ -n "$found" ] || [ -z "${PYTHON:-}" ] || return 1
    package=python3-venv
    [ -n "$found" ] && package=python$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    say "installing $package (no Python here can make virtual environments yet)"
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null && return
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >/dev/null
}

make_environment() {
    interpreter=$(first_that is_whole)
    if [ -z "$interpreter" ] && ! has_uv && add_venv_by_apt; then
        interpreter=$(first_that is_whole)
    fi
    if [ -n "$interpreter" ]; then
        say "making .venv with Python $(version_of "$interpreter") ($interpreter)"
        "$interpreter" -m venv --clear .venv
    elif has_uv; then
        interpreter=$(first_that runs)
        say "making .venv with uv (${interpreter:-a Python that uv provides})"
        uv venv --quiet --clear --python "${interpreter:->=3.11}" .venv >&2
    else
        explain_missing_python
    fi
}

explain_missing_python() {
    found=$(first_that runs)
    if [ -n "$found" ]; then
        fail "$found is Python $(version_of "$found"), but it cannot make virtual environments." \
            "On Debian or Ubuntu: sudo apt-get install python3-venv. Then run the same command again."
    fi
    fail "${PYTHON:+$PYTHON is not one: }hotledger needs Python 3.11 or newer, and none was found on PATH." \
        "Install it (Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv)," \
        "or name one: make ... PYTHON=/path/to/python3.12"
}

has_uv() { command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; }

has_pip() { "$python" -m pip --version >/dev/null 2>&1; }

is_usable() { [ -f .venv/pyvenv.cfg ] && runs "$python" && { has_pip || has_uv; }; }

install_by_uv() {
    uv pip install --quiet --python "$python" --require-hashes -r "$lock" >&2 &&
        uv pip install --quiet --python "$python" --no-deps --no-build-isolation -e . >&2
}

# What a user's own pip configuration may say about where to install must not reach the environment. The lock is whole, so that pip has
# nothing to resolve; older ones would take `pydantic[email]`, asked for by another package, as not pinned.
install_by_pip() {
    pip="$python -m pip --quiet --disable-pip-version-check --no-input"
    PIP_USER=0 $pip install --require-hashes --no-deps -r "$lock" >&2 &&
        PIP_USER=0 $pip install --no-deps --no-build-isolation -e . >&2
}

install_locked() {
    if has_uv; then
        say "installing the locked packages of $lock with uv"
        install_by_uv && return
        has_pip || fail "uv could not install the packages: see above."
        say "uv could not install them: trying pip"
    else
        say "installing the locked packages of $lock with pip (a minute or so the first time)"
    fi
    install_by_pip || fail "the packages could not be installed: see above. Is there a way to a package index from here?"
}

is_current && exit 0
if [ -e .venv ] && [ ! -f .venv/pyvenv.cfg ] && [ -n "$(ls -A .venv)" ]; then
    fail ".venv is there but is not a virtual environment: move it away, then run the same command again."
fi
is_usable || make_environment
install_locked
for done in $includes; do
    fingerprint "$done" >"$stamp-$done"
done
say "done"
