# What scripts/start and scripts/test share. Sourced from the root of the repository:
#     . scripts/environment.sh
#     install requirements.txt

PYTHON=.venv/bin/python

say() { printf '== %s\n' "$*"; }

fail() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

apt_install() {
    command -v apt-get >/dev/null || fail "$* is missing, and there is no apt-get to install it with"
    say "Installing $* with apt-get"
    sudo=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "this needs root; as root, run: apt-get install $*"
        sudo=sudo
    fi
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Whether a command is a Python that can be used. It is run, as a name may be a stub of a version manager.
is_suitable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if is_suitable "$name"; then
            echo "$name"
            return
        fi
    done
    fail "no Python 3.11, 3.12 or 3.13 on PATH; python3 is $(python3 --version 2>/dev/null || echo missing)"
}

# Make .venv, anew if the one that is there does not work (made halfway, or its Python was removed).
make_venv() {
    is_suitable "$PYTHON" && "$PYTHON" -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    say "Making a virtual environment in .venv with $python"
    # Debian and Ubuntu keep what venv needs in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

# install REQUIREMENTS [CONSTRAINTS]: have these in .venv. Takes no time if the same were installed before. What a file
# that ends in .lock names is installed as it was tested, each file checked by its sum; with uv where it is there. Where
# there are constraints, uv is fetched first: it installs in a third of pip's time.
install() {
    stamp=.venv/installed-$1
    sum=$(cat requirements.txt "$@" | cksum)
    is_suitable "$PYTHON" && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
    make_venv
    say "Installing $1 (the first time takes a few minutes)"
    case $1 in *.lock) hashes=--require-hashes ;; *) hashes= ;; esac
    uv=$(command -v uv || true)
    [ -n "$uv" ] || [ -z "${2:-}" ] || uv=$(fetched_uv "$2")
    # A registry that pip is told of may be unknown to uv.
    if [ -z "$uv" ] || ! "$uv" pip install --quiet --python "$PYTHON" $hashes -r "$1" ${2:+-c "$2"}; then
        [ -z "$uv" ] || say "uv could not; trying pip"
        "$PYTHON" -m pip install --quiet --disable-pip-version-check $hashes -r "$1" ${2:+-c "$2"}
    fi
    echo "$sum" >"$stamp"
    rm -f .venv/browser # a new Playwright needs a new browser
}

# fetched_uv CONSTRAINTS: the path of uv, installed into .venv; nothing where it cannot be had.
fetched_uv() {
    if "$PYTHON" -m pip install --quiet --disable-pip-version-check uv -c "$1" >&2; then
        echo .venv/bin/uv
    fi
}

# Before these, Python's own zipfile takes a zip whose members lie over each other, which unpacks to terabytes.
warn_of_old_python() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < {11: (3, 11, 8), 12: (3, 12, 2)}.get(sys.version_info[1], (3,)))' ||
        say "Python $("$PYTHON" -c 'import platform; print(platform.python_version())') has a fault with zips of strangers: 3.11.8, 3.12.2 and 3.13.0 mend it"
}

# Install what runs exported models in JavaScript, where there is Node.js. Without it, the tests of that are skipped.
install_javascript() {
    folder=tests/javascript
    command -v npm >/dev/null || return 0
    cmp -s "$folder/package-lock.json" "$folder/node_modules/installed" && return
    say "Installing what runs networks in JavaScript"
    npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts --silent || return 0
    cp "$folder/package-lock.json" "$folder/node_modules/installed"
}

# Find a browser for the tests or install one. Exports CHROMIUM, the path of Debian's or the machine's own browser;
# leaves it unset where the tests use the browser that Playwright brings.
find_browser() {
    # Playwright's Node needs a library that a small Debian or Ubuntu lacks.
    "$PYTHON" -m playwright --version >/dev/null 2>&1 || apt_install libatomic1
    for name in "${CHROMIUM:-chromium}" google-chrome; do
        CHROMIUM=$(command -v "$name") || continue
        # A snap's browser sees another /tmp, in which Playwright's profile is missing.
        case $(readlink -f "$CHROMIUM") in */snap | */snap/*) continue ;; esac
        "$CHROMIUM" --version >/dev/null 2>&1 || continue
        export CHROMIUM
        return
    done
    unset CHROMIUM
    if grep -qs '^ID=debian' /etc/os-release; then
        apt_install chromium
        export CHROMIUM=/usr/bin/chromium
    elif ! [ -e .venv/browser ]; then
        say "Installing Playwright's Chromium"
        "$PYTHON" -m playwright install --with-deps chromium
        touch .venv/browser
    fi
}
