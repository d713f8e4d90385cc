#!/bin/sh
# Put the wheel in the folder of the first argument, with the libraries it needs, into one file there.
#
# Some libraries are compiled, so the file is for the system and the version of Python that its name says.
set -eu

dist=$1
wheel=$(echo "$dist"/vung_tam-*.whl)
version=$(basename "$wheel" | cut -d- -f2)
made_for=$(.venv/bin/python -c 'import sys, sysconfig; print("python%d.%d-%s" % (*sys.version_info[:2], sysconfig.get_platform()))')
target=$dist/vung-tam-$version-$made_for.pyz
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT

pip() {
    .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input install --no-compile --target "$site" "$@"
}
pip --no-index --find-links .venv/wheels --require-hashes -r requirements/run.txt
rm -rf "$site/bin"  # commands of libraries
pip --no-index --no-deps "$wheel"

# Reports are made by a process of their own, which has to find the libraries too.
.venv/bin/shiv --reproducible --extend-pythonpath --site-packages "$site" --console-script quiz \
    --python "/usr/bin/env python3" --output-file "$target"
echo "$target is one file that runs with $made_for."
