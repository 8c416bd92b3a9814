#!/bin/sh
# make parity, make bench-paired: a venv with the published reference under the build folder, then a program of this folder. Needs Python 3.12
# or newer and the network once.
# usage: run.sh BUILD parity.py|mapper_speed.py [its arguments behind BIN and PYTHON]
set -eu
build=$1 program=$2; shift 2
here=$(cd "$(dirname "$0")" && pwd)
python=${PARITY_PYTHON:-}
if [ -z "$python" ]; then
    venv=$build/parity-venv
    if [ ! -x "$venv/bin/python" ]; then
        for candidate in python3.14 python3.13 python3.12 python3; do
            if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then
                base=$candidate
                break
            fi
        done
        [ -n "${base:-}" ] || { echo "parity: needs Python 3.12 or newer (python3.12-venv), or PARITY_PYTHON=an interpreter with accelforge" >&2; exit 1; }
        "$base" -m venv "$venv"
        "$venv/bin/pip" install --quiet accelforge==1.0.467
    fi
    python=$venv/bin/python
fi
exec python3 "$here/$program" "$build/bin" "$python" "$@"
