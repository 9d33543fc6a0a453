#!/usr/bin/env bash
# commit.sh "message" FILE...: commit just these files, one committer at a time.
set -eu
cd "$(git rev-parse --show-toplevel)"
message=$1; shift
exec 9>.git/magcap-commit.lock; flock 9
git add -- "$@"
git commit -q -m "$message" -- "$@"
git log --oneline -1
