#!/usr/bin/env bash
# The transform of training beside torchvision's, in turn on one core of the same machine, on the same files:
# those in HARNESS_PHOTOS, or else synthetic ones. For `pipeline` that of a classification, for `detection`
# that of SSD at 300 and 512 pixels. HARNESS_PYTHON names a Python with torchvision.
#
#   ROUNDS=3 HARNESS_PHOTOS=folder HARNESS_PYTHON=python3 suites/benches/compare.sh [pipeline|detection]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly BENCH=${1:-pipeline}
readonly ROUNDS=${ROUNDS:-3}
readonly TARGET=${CARGO_TARGET_DIR:-target}
readonly GROUP=${HARNESS_PHOTOS:+photos}
readonly FOLDER=${HARNESS_PHOTOS:-$TARGET/tmp/photographs}

# compare ROUND ID REFERENCE ARGUMENT...: the benchmark with this id beside what the script measures.
compare() {
    local round=$1 id=$2 reference=$3
    shift 3
    cargo bench --locked -q -p suites --bench "$BENCH" -- "^$id\$" >/dev/null 2>&1
    reference=$("$HARNESS_PYTHON" "suites/benches/$reference" "$FOLDER" "$@")
    "$HARNESS_PYTHON" - "$round" "$id" "$TARGET/criterion/$id/new/estimates.json" "$reference" <<'PYTHON'
import json, sys
number, name, estimates, reference = sys.argv[1:]
theirs = json.loads(reference)
ours = json.load(open(estimates))["mean"]["point_estimate"] / 1e9 / theirs["photographs"]
print(
    f"round {number}, {name}: loader {1 / ours:.0f}, torchvision {1 / theirs['seconds']:.0f} photographs a second "
    f"and core, loader / torchvision {theirs['seconds'] / ours:.2f}"
)
PYTHON
}

for round in $(seq "$ROUNDS"); do
    case $BENCH in
        pipeline) compare "$round" "${GROUP:-synthetic}/training/1" torchvision_reference.py 5 ;;
        detection)
            for side in 300 512; do
                compare "$round" "detection-${GROUP:-synthetic}-$side/augmented/1" torchvision_detection.py 2 "$side"
            done
            ;;
        *)
            echo "unknown benchmark $BENCH; name pipeline or detection" >&2
            exit 2
            ;;
    esac
done
