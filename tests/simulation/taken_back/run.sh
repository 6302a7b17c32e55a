#!/bin/sh
# Takes mends back, one at a time: the simulation has to find each defect again. Run by hand; it builds once for each.
# The sources are as before afterwards. Usage: tests/simulation/taken_back/run.sh [PATCH…]
set -u
cd "$(dirname "$0")/../../.."
[ $# -gt 0 ] || set -- tests/simulation/taken_back/*.patch
missed=0
for patch in "$@"; do
    git apply "$patch" || exit 1
    if MOCK_DEFENDER_SIMULATION=${MOCK_DEFENDER_SIMULATION:-0,200} \
        timeout 600 cargo test --quiet --all-features --test tenant what_was_shown >target/taken-back.log 2>&1; then
        echo "MISSED $patch"
        missed=1
    else
        echo "found  $patch: $(grep -m 1 -E '^(step|at the end|error)' target/taken-back.log)"
    fi
    git apply --reverse "$patch" || exit 1
done
exit $missed
