#!/bin/sh
# Install what the tests need and pip cannot bring: Chromium with letters to draw and a voice, the Nu HTML checker, servers.
#
# Quick when all is there. A browser or a checker installed elsewhere is named by QUIZ_TEST_CHROMIUM or QUIZ_TEST_VNU.
# Where something is missing and cannot be installed, the tests that need it fail; in CI this script does so first.
set -eu
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null 2>&1; }

missing() {
    echo "$1" >&2
    if [ -n "${CI:-}" ]; then
        exit 1
    fi
}

# What a package manager should bring.
packages=""

# Chromium without a window around each page takes a third of the time; not every system has a package of it.
shell="chromium-headless-shell"
if [ -z "${QUIZ_TEST_CHROMIUM:-}" ] && ! have "$shell"; then
    if ! have chromium && ! have chromium-browser && ! have google-chrome; then
        packages="chromium"
    elif [ -n "${CI:-}" ] && have apt-cache && apt-cache show "$shell" >/dev/null 2>&1; then
        packages="$shell"
    fi
fi
# Without a font that knows Vietnamese, a page is laid out around empty boxes.
if have apt-get && [ -z "$(fc-list :lang=vi 2>/dev/null)" ]; then
    packages="$packages fontconfig fonts-noto-core"
fi
# Playwright, which drives the browser, brings a Node.js of its own but not this library.
if have dpkg && ! dpkg -s libatomic1 >/dev/null 2>&1; then
    packages="$packages libatomic1"
fi
have java || packages="$packages default-jre-headless"
if ! have initdb && [ -z "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ]; then
    packages="$packages postgresql"
fi
if have apt-get && [ ! -x /usr/sbin/nginx ]; then
    packages="$packages nginx"
fi
if have apt-get && [ ! -x /usr/sbin/pgbouncer ]; then
    packages="$packages pgbouncer"
fi
# A voice for the browser, and what plays and records it.
if have apt-get; then
    have espeak-ng || packages="$packages espeak-ng"
    have speech-dispatcher || packages="$packages speech-dispatcher speech-dispatcher-espeak-ng"
    have pulseaudio || packages="$packages pulseaudio"
    have parec || packages="$packages pulseaudio-utils"
fi
if [ -z "${QUIZ_TEST_VNU:-}" ] && ! have npm; then
    packages="$packages npm"
fi

if [ -n "$packages" ]; then
    if [ "$(id -u)" -eq 0 ]; then
        root=""
    elif have sudo && sudo -n true 2>/dev/null; then
        root="sudo -n"
    else
        root="nobody"
    fi

    if [ "$root" != nobody ] && have apt-get; then
        echo "Installing $packages …"
        # Slim images leave out the manual pages, and Java stumbles over their missing folder.
        $root mkdir -p /usr/share/man/man1
        $root apt-get update -qq
        if apt-cache show "$shell" >/dev/null 2>&1; then
            packages=$(echo "$packages" | sed "s/^chromium\\( \\|$\\)/$shell\\1/")
        fi
        # The tests start a server of their own; Debian would start one besides, for good.
        settings=/etc/postgresql-common/createcluster.conf
        if [ ! -e "$settings" ]; then
            $root mkdir -p "${settings%/*}"
            echo "create_main_cluster = false" | $root tee "$settings" >/dev/null
        fi
        # Nor is any other server started that is installed here.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
            $root chmod +x "$policy"
            # shellcheck disable=SC2064 # as they are now
            trap "$root rm -f '$policy'" EXIT
        fi
        # shellcheck disable=SC2086 # both are lists of words
        $root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
            apt-get install -y -qq --no-install-recommends $packages >/dev/null
        for server in nginx pgbouncer; do
            case "$packages" in *$server*) $root update-rc.d "$server" disable >/dev/null 2>&1 || true ;; esac
        done
    else
        missing "Some tests need what is not installed here. On Debian and Ubuntu this helps: sudo apt install $packages"
    fi
fi

# The checker comes from npm because its makers publish it there; package-lock.json holds its hash.
installed=node_modules/.package-lock.json
if [ -z "${QUIZ_TEST_VNU:-}" ] && have npm; then
    # shellcheck disable=SC3013 # dash, bash and busybox all know -nt
    if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
        echo "Installing the Nu HTML checker …"
        npm ci --silent --ignore-scripts --no-audit --no-fund || missing "npm could not install the Nu HTML checker."
    fi
fi
