#!/usr/bin/env bash
# setup.sh: make .venv with everything that magcap needs, on a fresh Linux x86-64 machine.
# Needs bash and a network only. Finds or installs uv, a Python >= 3.12 that really runs, and the
# system libraries of gmsh, VTK and the form compiler (by apt-get where that is allowed; otherwise
# it prints the one line to run). Does nothing when .venv is up to date.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

stamp=.venv/.magcap-setup
want=$(cat requirements.lock pyproject.toml scripts/setup.sh | cksum)
if [ -x .venv/bin/magcap ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then exit 0; fi

# --- the machine -----------------------------------------------------------------------------
[ "$(uname -sm)" = "Linux x86_64" ] || die "the PyPI wheel of DOLFINx is for Linux x86-64 only; on this machine ($(uname -sm)) use conda's fenics-dolfinx, see CONTRIBUTING.md."

# --- system libraries, named exactly -----------------------------------------------------------
# library file -> Debian package
libraries="libGLU.so.1:libglu1-mesa libXcursor.so.1:libxcursor1 libXinerama.so.1:libxinerama1
libXft.so.2:libxft2 libXrender.so.1:libxrender1 libEGL.so.1:libegl1 libGL.so.1:libgl1"
missing=""
known=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null || true)
for pair in $libraries; do
  case "$known" in *"${pair%%:*}"*) ;; *) missing="$missing ${pair##*:}" ;; esac
done
command -v gcc >/dev/null || missing="$missing gcc"
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"
# --- uv and Python may need a bootstrap interpreter ----------------------------------------------
export PATH="$PATH:$HOME/.local/bin:$HOME/.cargo/bin"
uv=""
if uv --version >/dev/null 2>&1; then uv=uv; fi
if [ -z "$uv" ] && [ -x .uv/bin/uv ]; then uv=.uv/bin/uv; fi
have_pip() { "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }
if [ -z "$uv" ] && ! have_pip python3 && ! command -v curl >/dev/null; then
  missing="$missing python3 python3-venv"
fi
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || die "these Debian packages (or your distribution's equivalents) are missing:$missing"
  if [ "$(id -u)" = 0 ]; then
    say "installing$missing"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null \
      || die "apt-get could not install:$missing"
  else
    die "run this line once, then make again:  sudo apt-get install -y$missing"
  fi
fi

# --- uv ------------------------------------------------------------------------------------------
if [ -z "$uv" ]; then
  if have_pip python3; then
    say "installing uv into .uv"
    python3 -m venv .uv && .uv/bin/pip install -q uv && uv=.uv/bin/uv
  fi
  if [ -z "$uv" ] && command -v curl >/dev/null; then
    say "installing uv with its installer"
    curl -LsSf https://astral.sh/uv/install.sh | env UV_INSTALL_DIR="$PWD/.uv/bin" UV_NO_MODIFY_PATH=1 sh >/dev/null 2>&1 && uv=.uv/bin/uv
  fi
  [ -n "$uv" ] || die "uv could not be installed; install it (pip install uv) and make again."
fi

# --- a Python >= 3.12 that really runs and has its C headers (forms are compiled) ------------------
works() {
  "$1" -c 'import sys, sysconfig, os, ssl, ctypes
assert (3, 12) <= sys.version_info[:2] <= (3, 13)
assert os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h"))' >/dev/null 2>&1
}
find_python() {
  python=""
  candidates="python3.12 python3.13 python3 $(ls -d "$HOME"/.pyenv/versions/3.1[23]*/bin/python3 "${PYENV_ROOT:-/nonexistent}"/versions/3.1[23]*/bin/python3 2>/dev/null || true)"
  for candidate in $candidates; do
    if works "$candidate"; then python=$(command -v "$candidate"); break; fi
  done
}
find_python
# a Python of the right age without its headers: the distribution has them
if [ -z "$python" ] && python3 -c 'import sys; assert (3, 12) <= sys.version_info[:2] <= (3, 13)' 2>/dev/null \
  && command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then
    say "installing python3-dev"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-dev; } >/dev/null || true
    find_python
  else
    die "run this line once, then make again:  sudo apt-get install -y python3-dev"
  fi
fi
if [ -z "$python" ]; then
  say "no Python 3.12 or 3.13 with headers found: asking uv for one"
  "$uv" python install -q 3.12 || die "no Python >= 3.12 could be had; install python3.12 with its headers and make again."
  python=3.12
fi

# --- the environment -------------------------------------------------------------------------------
say "making .venv with $python"
[ -x .venv/bin/python ] && works .venv/bin/python || "$uv" venv -q --clear --python "$python" .venv
"$uv" pip install -q --python .venv/bin/python -r requirements.lock -e . \
  || die "the packages could not be installed; see the lines above."
.venv/bin/magcap --help >/dev/null || die "magcap does not start; see the lines above."
printf '%s' "$want" > "$stamp"
say "done: .venv/bin/magcap"
