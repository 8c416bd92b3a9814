#!/bin/sh
# Installs the packages that are missing on Debian, or says which ones to install.
set -eu
missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
library() { pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"; }
need gcc gcc
need make make
need pkg-config pkg-config
need jq jq
need parallel parallel
need bats bats
need gnuplot gnuplot-nox
library yaml-0.1 libyaml-dev
library isl libisl-dev
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing libc6-dev >/dev/null
else
    echo "af needs packages that are missing. Install them with:" >&2
    echo "    sudo apt-get install$missing" >&2
    exit 1
fi
