#!/usr/bin/env bash
# The training step beside PyTorch's, in turn on the same machine, with the
# same network, batch, threads and optimizer. Run by `make bench`. MODEL is
# wrn-22-2, resnet50 or ssd; HARNESS_BATCH sets the batch of resnet50. For ssd
# the evaluation is compared, too.
#
#   ROUNDS=3 MODEL=wrn-22-2 HARNESS_THREADS=2 HARNESS_DEVICE=cpu engine/benches/compare.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly ROUNDS=${ROUNDS:-3}
readonly MODEL=${MODEL:-wrn-22-2}
export HARNESS_THREADS=${HARNESS_THREADS:-$(nproc)}
export HARNESS_DEVICE=${HARNESS_DEVICE:-cpu}

case $MODEL in
wrn-22-2)
    bench=training
    case=step/dense
    batch=128
    ;;
resnet50)
    bench=imagenet
    case=resnet50-step/dense
    if [[ $HARNESS_DEVICE == cpu ]]; then batch=8; else batch=256; fi
    batch=${HARNESS_BATCH:-$batch}
    ;;
ssd)
    bench=detection
    case=ssd-step/dense
    if [[ $HARNESS_DEVICE == cpu ]]; then network="0.25 128"; else network="1 512"; fi
    ;;
*)
    echo "compare: there is no comparison for MODEL=$MODEL; choose wrn-22-2, resnet50 or ssd" >&2
    exit 2
    ;;
esac
readonly FOLDER=${CARGO_TARGET_DIR:-target}/criterion

# One line of a round: what was compared, the estimate of the engine, and PyTorch's answer with the key of its time.
compare() {
    "$HARNESS_PYTHON" - "$@" <<'PYTHON'
import json, sys
what, estimates, answer, key = sys.argv[1:]
ours = json.load(open(estimates))["median"]["point_estimate"] / 1e9
theirs = json.loads(answer)[key]
print(f"{what}: engine {ours:.4f} s, PyTorch {theirs:.4f} s, PyTorch / engine {theirs / ours:.3f}")
PYTHON
}

for round in $(seq "$ROUNDS"); do
    bench() { cargo bench --locked -q -p engine --bench "$bench" -- "^$1\$" >/dev/null 2>&1; }
    common=(--device "$HARNESS_DEVICE" --threads "$HARNESS_THREADS" --steps 15)
    bench "$case"
    if [[ $MODEL == ssd ]]; then
        bench ssd-evaluation/batch
        read -r width side <<<"$network"
        answer=$("$HARNESS_PYTHON" engine/benches/ssd_reference.py --width "$width" --side "$side" "${common[@]}")
        compare "round $round, step" "$FOLDER/$case/new/estimates.json" "$answer" step
        compare "round $round, evaluation" "$FOLDER/ssd-evaluation/batch/new/estimates.json" "$answer" evaluation
    else
        answer=$("$HARNESS_PYTHON" engine/benches/pytorch_reference.py --model "$MODEL" --batch "$batch" "${common[@]}")
        compare "round $round" "$FOLDER/$case/new/estimates.json" "$answer" seconds
    fi
done
