#!/usr/bin/env bash
# setup.sh: make .venv with everything that magcap needs, on a fresh Linux x86-64 machine.
# Needs bash and a network only. Finds or installs uv, a Python >= 3.12 that really runs, and the
# system libraries of gmsh, VTK and the form compiler (by apt-get where that is allowed; otherwise
# it prints the one line to run). Does nothing when .venv is up to date.
# All packages, uv among them, are held to the hashes of requirements.lock and scripts/uv-hashes.txt; what
# fails is tried once more with the certificates that the system trusts (a proxy that opens TLS).
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

stamp=.venv/.magcap-setup
want=$(cat requirements.lock pyproject.toml scripts/setup.sh scripts/uv-hashes.txt | cksum)
if [ -x .venv/bin/magcap ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then exit 0; fi

# Runs a command; once more with the system's certificates if it fails: uv, and older versions of pip,
# trust a list of their own, in which a hospital's proxy is not.
bundle=""
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
  if [ -z "$bundle" ] && [ -r "$file" ]; then bundle=$file; fi
done
trusting() {
  if "$@"; then return 0; fi
  say "trying again with the certificates that the system trusts"
  export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
  if [ -n "$bundle" ]; then export PIP_CERT="${PIP_CERT:-$bundle}"; fi
  "$@"
}

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
# The wheel of uv from the package index, unpacked if its hash is one of scripts/uv-hashes.txt.
uv_without_pip() {
  local index page url version
  index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-https://pypi.org/simple}}
  version=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' scripts/uv-hashes.txt)
  page=$(curl -fsSL "${index%/}/uv/") || return 1
  url=$(printf '%s' "$page" | grep -o "href=\"[^\"#]*uv-$version-py3-none-manylinux_2_17_x86_64[^\"#]*" | head -n 1 | cut -c 7-)
  [ -n "$url" ] || return 1
  mkdir -p .uv/bin
  curl -fsSL "$url" -o .uv/uv.whl || return 1
  grep -q "sha256:$(sha256sum .uv/uv.whl | cut -d ' ' -f 1)" scripts/uv-hashes.txt || { say "the wheel of uv is not the one of scripts/uv-hashes.txt"; rm -rf .uv; return 1; }
  if command -v unzip >/dev/null; then
    unzip -p .uv/uv.whl "uv-$version.data/scripts/uv" > .uv/bin/uv || return 1
  else
    python3 -c "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile('.uv/uv.whl').read('uv-$version.data/scripts/uv'))" > .uv/bin/uv || return 1
  fi
  rm -f .uv/uv.whl
  chmod +x .uv/bin/uv
  .uv/bin/uv --version >/dev/null 2>&1
}
if [ -z "$uv" ]; then
  say "installing uv into .uv"
  if have_pip python3; then
    python3 -m venv .uv && trusting .uv/bin/pip install -q --require-hashes -r scripts/uv-hashes.txt && uv=.uv/bin/uv
  fi
  if [ -z "$uv" ] && command -v curl >/dev/null && uv_without_pip; then uv=.uv/bin/uv; fi
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
  trusting "$uv" python install -q 3.12 || die "no Python >= 3.12 could be had; install python3.12 with its headers and make again."
  python=3.12
fi

# --- the environment -------------------------------------------------------------------------------
say "making .venv with $python"
[ -x .venv/bin/python ] && works .venv/bin/python || "$uv" venv -q --clear --python "$python" .venv
trusting "$uv" pip install -q --python .venv/bin/python --require-hashes -r requirements.lock \
  || die "the packages could not be installed; see the lines above. Behind a proxy that opens TLS, set SSL_CERT_FILE to its certificate (PEM) and make again."
# Built by the hatchling of the lock, not by one that is fetched for it.
"$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e . \
  || die "magcap itself could not be installed; see the lines above."
.venv/bin/magcap --help >/dev/null || die "magcap does not start; see the lines above."
printf '%s' "$want" > "$stamp"
say "done: .venv/bin/magcap"
