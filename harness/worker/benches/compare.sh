#!/usr/bin/env bash
# The training step beside PyTorch's, in turn on the same machine, with the
# same network, batch, threads and optimizer. Run by `make bench`.
#
#   ROUNDS=3 HARNESS_THREADS=2 HARNESS_DEVICE=cpu harness/worker/benches/compare.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

readonly ROUNDS=${ROUNDS:-3}
export HARNESS_THREADS=${HARNESS_THREADS:-$(nproc)}
export HARNESS_DEVICE=${HARNESS_DEVICE:-cpu}
readonly ESTIMATES=${CARGO_TARGET_DIR:-target}/criterion/step/dense/new/estimates.json

for round in $(seq "$ROUNDS"); do
    cargo bench -q -p harness-worker --bench training -- '^step/dense$' >/dev/null 2>&1
    reference=$("$HARNESS_PYTHON" harness/worker/benches/pytorch_reference.py \
        --device "$HARNESS_DEVICE" --threads "$HARNESS_THREADS" --steps 15)
    "$HARNESS_PYTHON" - "$round" "$ESTIMATES" "$reference" <<'PYTHON'
import json, sys
number, estimates, reference = sys.argv[1:]
ours = json.load(open(estimates))["median"]["point_estimate"] / 1e9
theirs = json.loads(reference)["seconds"]
print(f"round {number}: engine {ours:.4f} s, PyTorch {theirs:.4f} s, PyTorch / engine {theirs / ours:.3f}")
PYTHON
done
