#!/bin/sh
# See that a Chromium is here for the browser tests, with letters for Chinese: as root on Debian or Ubuntu, install it.
#
# Elsewhere say what to do, and let the browser tests be skipped. Set CHROMIUM to use another one.
set -eu

say() { printf '%s\n' "set-up: $*" >&2; }

command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing chromium and fonts-wqy-zenhei, for the browser tests"
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-wqy-zenhei >/dev/null && exit 0
fi
say "no Chromium here: the browser tests will be skipped. Debian, Ubuntu: apt-get install chromium fonts-wqy-zenhei; else set CHROMIUM=/path/to/it"
exit 1
