#!/usr/bin/env bash
# Debian packages that pip cannot bring.
#
#   scripts/system_packages.sh tests          what the test suite needs
#   scripts/system_packages.sh venv PYTHON    what PYTHON needs to make virtual environments
#
# As root on Debian it installs what is missing. Anywhere else it says what to install. It never
# fails: a test whose program is missing is reported as skipped, and the caller sees what is absent.
set -uo pipefail

# has_program NAME PATTERN...: is NAME on the PATH, or a file that fits one of the patterns?
has_program() {
    command -v "$1" >/dev/null 2>&1 && return 0
    shift
    local pattern file
    for pattern in "$@"; do
        for file in $pattern; do
            [ -x "$file" ] && return 0
        done
    done
    return 1
}

missing=()
consequence=
case "${1:-tests}" in
tests)
    consequence="Until then the tests that need it are reported as skipped."
    { has_program initdb '/usr/lib/postgresql/*/bin/initdb' &&
        has_program postgres '/usr/lib/postgresql/*/bin/postgres'; } || missing+=(postgresql)
    has_program chromium || missing+=(chromium)
    ;;
venv)
    python=${2:-python3}
    "$python" -c 'import ensurepip' 2>/dev/null || missing+=("$(basename "$python")-venv")
    ;;
*)
    echo "usage: $0 tests | venv PYTHON" >&2
    exit 0
    ;;
esac

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
        exit 0
    fi
    echo "apt-get could not install: ${missing[*]}" >&2
fi
echo "missing Debian packages: ${missing[*]}. Install them with: sudo apt-get install ${missing[*]}" >&2
[ -n "$consequence" ] && echo "$consequence" >&2
exit 0
