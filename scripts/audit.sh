#!/usr/bin/env bash
# audit.sh: known faults (CVE, PYSEC, GHSA) of the packages in requirements.lock, by pip-audit.
# Exit code 1 if there are any. Where no database can be reached it says so and checks nothing.
set -eu
cd "$(dirname "$0")/.."

uv=""
if uv --version >/dev/null 2>&1; then uv=uv; elif [ -x .uv/bin/uv ]; then uv=.uv/bin/uv; fi
[ -n "$uv" ] || { echo "audit: NOT CHECKED: uv is not there; make setup installs it." >&2; exit 0; }
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1

found=$(mktemp)
trap 'rm -f "$found"' EXIT
for service in pypi osv; do
  : > "$found"
  "$uv" tool run -q --from pip-audit pip-audit -r requirements.lock --disable-pip --progress-spinner off \
    --vulnerability-service "$service" -f json > "$found" 2>/dev/null || true
  code=0
  .venv/bin/python scripts/audit.py "$service" < "$found" || code=$?
  [ "$code" = 3 ] || exit "$code"
done
echo "audit: NOT CHECKED: neither PyPI's nor OSV's database of known faults can be reached from here." >&2
