#!/usr/bin/env bash
# Make the virtual environment DIR with a Python that filmlab supports. Keeps one that works.
#
#   scripts/make_venv.sh DIR
set -euo pipefail

dir=${1:?usage: scripts/make_venv.sh DIR}
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'

if [ -x "$dir/bin/python" ] && "$dir/bin/python" -c "$supported" &&
    "$dir/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
seen=
for name in python3.11 python3.12 python3; do
    # A name may be there and not run: version managers put such shims on the PATH.
    version=$("$name" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    seen="$seen $name=$version"
    if "$name" -c "$supported"; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "filmlab needs Python 3.11 or 3.12; found:${seen:- none}." >&2
    echo "Fix: install one (Debian 12: apt-get install python3 python3-venv) and call make again." >&2
    exit 1
fi

# Debian keeps the part of Python that makes environments in a package of its own.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    "$(dirname "$0")/system_packages.sh" venv "$python"
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    echo "$python cannot make virtual environments: its module ensurepip is missing." >&2
    echo "Fix: apt-get install ${python}-venv, then call make again." >&2
    exit 1
fi

echo "making $dir with $python ($("$python" --version))"
rm -rf "$dir"
"$python" -m venv "$dir"
