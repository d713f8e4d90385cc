#!/bin/sh
# Starts the quiz on Linux with a double click (in the file manager, choose to run it as a program).
# Lay it beside the one-file program of a release, vung-tam-….pyz; docs/releasing.md has the steps.

cd "$(dirname "$0")" || exit 1
program=$(ls vung-tam-*.pyz 2>/dev/null | tail -n 1)
python=$(echo "$program" | sed 's/.*-\(python3\.[0-9]*\)-.*/\1/')
if [ -z "$program" ]; then
    echo "Hãy đặt tệp vung-tam-….pyz vào cùng thư mục với tệp này. Put vung-tam-….pyz into the same folder as this file."
elif ! command -v "$python" >/dev/null; then
    echo "Hãy cài $python trước (python.org). Install $python first (python.org)."
else
    exec "$python" "$program" serve --lan --open
fi
read -r _
exit 1
