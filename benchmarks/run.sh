#!/usr/bin/env bash
# All benchmarks, one after the other: medians, with the peer or the limit beside each.
# Wants a quiet machine. NGSolve is installed if absent; OpenFOAM's part is skipped without it
# (apt-get install -y --no-install-recommends openfoam).
set -eu
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
python=.venv/bin/python
uv=$(command -v uv || echo .uv/bin/uv)
$python -c 'import ngsolve' 2>/dev/null || "$uv" pip install -q --python "$python" --group bench
for name in field field_parallel iron adaptive force_map flow capture demo live; do
  printf '\n== %s ==\n' "$name"
  $python "benchmarks/$name.py"
done
