#!/usr/bin/env bash
# The training step beside PyTorch's, in turn on the same machine, with the
# same network, batch, threads and optimizer. Run by `make bench`. MODEL is
# wrn-22-2 or resnet50; HARNESS_BATCH sets the batch of resnet50.
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
*)
    echo "compare: there is no comparison for MODEL=$MODEL; choose wrn-22-2 or resnet50" >&2
    exit 2
    ;;
esac
readonly ESTIMATES=${CARGO_TARGET_DIR:-target}/criterion/$case/new/estimates.json

for round in $(seq "$ROUNDS"); do
    cargo bench --locked -q -p engine --bench "$bench" -- "^$case\$" >/dev/null 2>&1
    reference=$("$HARNESS_PYTHON" engine/benches/pytorch_reference.py --model "$MODEL" --batch "$batch" \
        --device "$HARNESS_DEVICE" --threads "$HARNESS_THREADS" --steps 15)
    "$HARNESS_PYTHON" - "$round" "$ESTIMATES" "$reference" <<'PYTHON'
import json, sys
number, estimates, reference = sys.argv[1:]
ours = json.load(open(estimates))["median"]["point_estimate"] / 1e9
theirs = json.loads(reference)["seconds"]
print(f"round {number}: engine {ours:.4f} s, PyTorch {theirs:.4f} s, PyTorch / engine {theirs / ours:.3f}")
PYTHON
done
