#!/bin/sh
# Make the virtual environment named by the first argument, with $PYTHON or the first Python that is new enough.
set -eu

venv=$1
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$python" -c "$new_enough" >/dev/null 2>&1; then
        found=$python
        break
    fi
done

if [ -z "${found:-}" ]; then
    echo "The quiz needs Python 3.11 or newer, and ${PYTHON:-python3} is not: install one, or name it: make run PYTHON=python3.12" >&2
    exit 1
fi

# Debian keeps the part of Python that makes environments in a package of its own.
if ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package=$("$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package …"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    else
        echo "Python cannot make virtual environments yet. On Debian and Ubuntu this helps: sudo apt install $package" >&2
        exit 1
    fi
fi

echo "Making a virtual environment with $("$found" --version) …"
"$found" -m venv "$venv"
