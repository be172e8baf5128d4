#!/bin/sh
# Write the lock files anew: requirements/dev.txt (everything) and requirements/run.txt (what `hotledger` itself needs), with hashes.
# They name no addresses, so that they serve with any index. Give UPGRADE=1 to take newer versions than the ones locked.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "lock: $*" >&2; }

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    say "installing uv into a throw-away environment"
    .venv/bin/python -m venv "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check "uv>=0.13"
    uv=$place/bin/uv
fi

# Configuration of this machine must not reach the lock; only the choice of an index is the user's.
compile() {
    "$uv" pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" ${UPGRADE:+--upgrade} "$@" pyproject.toml
}

say "requirements/dev.txt"
compile --all-extras --group dev --output-file requirements/dev.txt
say "requirements/run.txt"
compile --extra embedded --extra web --extra alerts --extra mcp --group build --constraint requirements/dev.txt --output-file requirements/run.txt

if grep -nE '://|^ *-(-index|-extra-index|i |f |-find)' requirements/*.txt; then
    say "a lock file names an address"
    exit 1
fi
