#!/usr/bin/env bash
# Throughput of a network beside PyTorch's, in turn on the same machine, from the same file, with the
# same images a pass and threads. PyTorch runs eagerly with channels-last tensors, also with batch
# norms fused, and compiled where that works.
#
#   ROUNDS=3 MODEL=wrn-16-2 CLASSES=10 SIDE=32 BATCH=32 HARNESS_THREADS=2 HARNESS_DEVICE=cpu engine/benches/compare_fps.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly ROUNDS=${ROUNDS:-3} MODEL=${MODEL:-wrn-16-2} CLASSES=${CLASSES:-10} SIDE=${SIDE:-32}
readonly BATCH=${BATCH:-32} SECONDS_EACH=${SECONDS_EACH:-3}
readonly THREADS=${HARNESS_THREADS:-$(nproc)} DEVICE=${HARNESS_DEVICE:-cpu}
export PYTHONPATH=python
readonly WORKER=${CARGO_TARGET_DIR:-target}/release/harness-worker

folder=$(mktemp -d)
readonly folder
trap 'rm -r "$folder"' EXIT
cargo build --locked -q --release -p engine
cargo run --locked -q --release -p engine --example compact_model -- "$MODEL" "$CLASSES" "$SIDE" "$folder/network"

job() { # whether batch norms are folded
    cat <<JSON
{"job": "fps", "networks": [{"name": "network", "source": {"checkpoint": "$folder/network"}}],
 "device": "$DEVICE", "threads": $THREADS, "batches": [$BATCH], "precisions": ["fp32"],
 "protocols": ["stable"], "seconds": $SECONDS_EACH, "fold": $1, "round_to": null, "dense": false, "cuda_graphs": true}
JSON
}

for round in $(seq "$ROUNDS"); do
    for fold in false true; do
        job $fold >"$folder/job"
        CUDA_DEVICE_ORDER=PCI_BUS_ID "$WORKER" "$folder/job" >"$folder/$fold"
    done
    "$HARNESS_PYTHON" engine/benches/compact_reference.py "$folder/network" --time --batch "$BATCH" \
        --device "$DEVICE" --threads "$THREADS" --seconds "$SECONDS_EACH" >"$folder/reference"
    "$HARNESS_PYTHON" - "$round" "$folder" <<'PYTHON'
import json, sys
number, folder = sys.argv[1:]
ours = {}
for name, fold in [("engine", "false"), ("engine, folded", "true")]:
    answer = json.loads(open(f"{folder}/{fold}").read().splitlines()[-1])
    [measured] = answer["measurements"]
    doubts = f" ({'; '.join(measured['doubts'])})" if measured["doubts"] else ""
    ours[name] = f"{measured['fps']:.0f}{doubts}"
reference = json.load(open(f"{folder}/reference"))
theirs = {f"PyTorch {name}": f"{fps:.0f}" for name, fps in reference["fps"].items()}
if reference["compile_failure"]:
    theirs["PyTorch compiled"] = f"not possible: {reference['compile_failure']}"
print(f"round {number}: " + ", ".join(f"{name} {fps}" for name, fps in (ours | theirs).items()))
PYTHON
done
