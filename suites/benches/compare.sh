#!/usr/bin/env bash
# The training transform of photographs beside torchvision's, in turn on one core of the same machine, on
# the same files: those in HARNESS_PHOTOS, or else synthetic ones. HARNESS_PYTHON names a Python with
# torchvision.
#
#   ROUNDS=3 HARNESS_PHOTOS=folder HARNESS_PYTHON=python3 suites/benches/compare.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly ROUNDS=${ROUNDS:-3}
readonly TARGET=${CARGO_TARGET_DIR:-target}
readonly GROUP=${HARNESS_PHOTOS:+photos}
readonly FOLDER=${HARNESS_PHOTOS:-$TARGET/tmp/photographs}
readonly ESTIMATES=$TARGET/criterion/${GROUP:-synthetic}/training/1/new/estimates.json

for round in $(seq "$ROUNDS"); do
    cargo bench --locked -q -p suites --bench pipeline -- "^${GROUP:-synthetic}/training/1\$" >/dev/null 2>&1
    reference=$("$HARNESS_PYTHON" suites/benches/torchvision_reference.py "$FOLDER" 5)
    "$HARNESS_PYTHON" - "$round" "$ESTIMATES" "$reference" <<'PYTHON'
import json, sys
number, estimates, reference = sys.argv[1:]
theirs = json.loads(reference)
ours = json.load(open(estimates))["mean"]["point_estimate"] / 1e9 / theirs["photographs"]
print(
    f"round {number}: loader {1 / ours:.0f}, torchvision {1 / theirs['seconds']:.0f} photographs a second and core, "
    f"loader / torchvision {theirs['seconds'] / ours:.2f}"
)
PYTHON
done
