# The entry points. `make` alone lists them.

.DEFAULT_GOAL := help
.SUFFIXES:

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
HARNESS := $(TARGET_DIR)/release/harness

# setup.sh writes .torch.env in this same run, so recipes read it, not make.
WITH_TORCH := . ./.torch.env &&

#: PROFILE   smoke, lite, pilot or paper
#: OUT       folder of the results
#: DATA      folder of the data sets
#: DEVICE    auto, cpu, cuda:all or some such as cuda:0,cuda:2
#: SEEDS     random seeds, such as 0,1,2 or 0-2
#: JOBS      trials that run at once on each device
#: METHOD    methods, such as iee,rigl
#: SPARSITY  sparsities, such as 0.8,0.9
#: LATENCY   latency targets, such as 0.55,0.3
#: LUT       latency table, or macs
#: ARGS      any other options, passed on unchanged: ARGS="--set key=value --dry-run"
FLAGS = $(if $(PROFILE),--profile $(PROFILE)) \
        $(if $(OUT),--out $(OUT)) \
        $(if $(DATA),--data $(DATA)) \
        $(if $(DEVICE),--device $(DEVICE)) \
        $(if $(SEEDS),--seeds $(SEEDS)) \
        $(if $(JOBS),--jobs $(JOBS)) \
        $(if $(METHOD),--method $(METHOD)) \
        $(if $(SPARSITY),--sparsity $(SPARSITY)) \
        $(if $(LATENCY),--latency-target $(LATENCY)) \
        $(if $(LUT),--lut $(LUT)) \
        $(ARGS)

.PHONY: help
help: ## list the targets and variables
	@echo 'Targets:'
	@{ sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile; \
	   for file in $(PAPER); do \
	       printf 'reproduce-%s|%s\n' "$$(basename "$$file" .rs | tr _ -)" "$$(sed -n '1s|^//! \(.*\)[.]$$|\1|p' "$$file")"; \
	   done; } | awk -F'|' '{ printf "  %-23s %s\n", $$1, $$2 }'
	@echo 'Variables, as in make reproduce-table3 PROFILE=smoke:'
	@sed -n 's/^#: /  /p' Makefile

.PHONY: setup
setup: ## check the build tools, find or install libtorch
	@./setup.sh

.PHONY: build
build: setup ## build the release programs
	$(WITH_TORCH) cargo build --locked --release --workspace

# Built first, because the tests of the program start the worker. Tests are always chosen from the whole workspace: a part
# of it would be built again, since dependencies then have other features.
.PHONY: test
test: build ## run every test, also after one that failed
	$(WITH_TORCH) cargo test --locked --release --workspace --no-fail-fast

# libtorch uses other kernels there, whose faults would otherwise show only on such machines.
.PHONY: test-avx2
test-avx2: build ## check, train and measure as on a CPU that has AVX2 and nothing newer
	$(WITH_TORCH) ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 cargo test --locked --release --workspace \
	    --test detection --test throughput --test selfcheck

# Where Slurm or munge is not installed each of these is skipped, and says so.
.PHONY: test-slurm
test-slurm: build ## run plans on a Slurm cluster of this machine (needs slurmctld, slurmd, slurm-client and munge)
	$(WITH_TORCH) cargo test --locked --release --workspace --test slurm -- --nocapture

# Cases follow from the seed, but for the number of calls that a work makes; CASE repeats one of them, WORKS names
# which works are disturbed, and FAULTS leaves only some of the cases: kill, error, read, pair.
.PHONY: torture
torture: build ## kill and refuse trainings and data operations at random calls, and complete them (COUNT, SEED, CASE)
	$(WITH_TORCH) TORTURE_CASES=$(or $(COUNT),100) TORTURE_SEED=$(or $(SEED),1) TORTURE_WORKS='$(WORKS)' TORTURE_FAULTS='$(FAULTS)' \
	    $(if $(CASE),TORTURE_CASE=$(CASE)) \
	    cargo test --locked --release --workspace --test torture -- --ignored --nocapture

# Parsers of files that others may have written. What is found besides the committed corpus stays in the target folder.
.PHONY: fuzz
fuzz: ## feed a parser with mutated files: TARGET=records_csv SECONDS=60 or RUNS=1000000 (needs cargo-fuzz); without TARGET, list them
	@cargo fuzz --version >/dev/null 2>&1 || { echo 'fuzz: cargo install --locked cargo-fuzz' >&2; exit 2; }
ifeq ($(TARGET),)
	@cargo fuzz list
else
	mkdir -p $(TARGET_DIR)/fuzz-corpus/$(TARGET)
	cargo fuzz run --sanitizer none $(TARGET) $(TARGET_DIR)/fuzz-corpus/$(TARGET) fuzz/corpus/$(TARGET) -- \
	    $(if $(RUNS),-runs=$(RUNS),-max_total_time=$(or $(SECONDS),60)) -rss_limit_mb=1024 -timeout=2 -print_final_stats=1
endif

# In the release profile, so that it shares the C++ objects with the build.
.PHONY: lint
lint: setup ## check formatting, lints, documentation and dependencies
	cargo fmt --all --check
	$(WITH_TORCH) cargo clippy --locked --release --workspace --all-targets -- -D warnings
	$(WITH_TORCH) RUSTDOCFLAGS='-D warnings' cargo doc --locked --release --workspace --no-deps --document-private-items
	@if cargo deny --version >/dev/null 2>&1; then \
	    $(MAKE) --no-print-directory dependencies; \
	else \
	    echo 'lint: licences and duplicates of dependencies are not checked (cargo install --locked cargo-deny)' >&2; \
	fi

.PHONY: dependencies
dependencies: ## check licences, duplicates and sources of the dependencies (needs cargo-deny)
	cargo deny --locked check licenses bans sources

# Apart from lint, because a new advisory is not the fault of the change at hand, and this needs a network.
.PHONY: advisories
advisories: ## check the dependencies for known vulnerabilities (needs cargo-deny)
	cargo deny --locked check advisories

.PHONY: bench
bench: build ## run the benchmarks, then compare with PyTorch and torchvision
	$(WITH_TORCH) cargo bench --locked --workspace --bench '*'
	@$(WITH_TORCH) if [ -n "$$HARNESS_PYTHON" ]; then \
	    MODEL=wrn-22-2 engine/benches/compare.sh && \
	    MODEL=resnet50 engine/benches/compare.sh && \
	    MODEL=ssd engine/benches/compare.sh && \
	    engine/benches/compare_fps.sh && \
	    suites/benches/compare.sh; \
	else \
	    echo 'bench: no Python with torch found, so there is no comparison (see make setup)' >&2; \
	fi

.PHONY: doctor
doctor: build ## report what this machine can run
	$(WITH_TORCH) $(HARNESS) doctor $(ARGS)

.PHONY: check-gpu
check-gpu: build ## check that everything is right on a GPU, in at most 8 minutes (DEVICE, OUT)
	$(WITH_TORCH) $(HARNESS) selfcheck $(if $(DEVICE),--device $(DEVICE)) $(if $(OUT),--out $(OUT)) $(ARGS)

# Three at once are the rows of one seed, which can be compared before the next one begins.
.PHONY: evidence-gpu
ifeq ($(DATA),)
evidence-gpu:
	@echo 'evidence-gpu: name the folder of CIFAR-10, as in make evidence-gpu DATA=/datasets/cifar10' >&2; exit 2
else
evidence-gpu: build ## train IEE and RigL by the published CIFAR-10 recipe on a GPU, for 10 minutes at a time (DATA, BUDGET, JOBS, DEVICE, SEEDS, OUT)
	$(WITH_TORCH) $(HARNESS) reproduce table3 --profile paper --method iee,rigl --sparsity 0.9 --data $(DATA) \
	    --device $(or $(DEVICE),cuda:0) --jobs $(or $(JOBS),3) --time-budget $(or $(BUDGET),10m) \
	    $(if $(SEEDS),--seeds $(SEEDS)) $(if $(OUT),--out $(OUT)) $(ARGS)
endif

# A table or figure is a file of these folders: its name is the target, its first line the help. A figure with the
# name of a table is made with it.
TABLES := $(wildcard results/src/paper/tables/*.rs)
FIGURES := $(wildcard results/src/paper/figures/*.rs)
PAPER := $(TABLES) $(filter-out $(subst /tables/,/figures/,$(TABLES)),$(FIGURES))
REPRODUCE := $(addprefix reproduce-,$(subst _,-,$(basename $(notdir $(PAPER)))))

# Named for `make` and the shell that completes its targets; the rule below runs them.
$(REPRODUCE):
reproduce-%: build
	$(WITH_TORCH) $(HARNESS) reproduce $* $(FLAGS)

# Trained again every time, in a folder of its own: records of an earlier commit are no evidence about this one.
REGRESSION := $(TARGET_DIR)/regression
BASELINE ?= results/baseline/smoke.csv
# Trials that fail (3) are for the check to find. Short trainings of a detector scatter by tens of points from seed to seed: one
# shows a change of its structure, a loss of half of its accuracy and a slower step, and three show no more. Exploration
# beyond the epochs, HALP and dense classifiers are trained on ImageNet alone, where that takes seconds.
REGRESSION_TRIALS = rm -rf $(REGRESSION) && \
    { $(HARNESS) suite cifar10 --profile smoke --method rigl,iee --sparsity 0.9 \
        --seeds 0,1,2,3,4 --out $(REGRESSION) --quiet > $(REGRESSION).log || [ $$? -eq 3 ]; } && \
    { $(HARNESS) reproduce table1 --profile smoke --method dense,halp,iee --latency-target 0.3 \
        --seeds 0,1,2,3,4 --out $(REGRESSION) --quiet >> $(REGRESSION).log || [ $$? -eq 3 ]; } && \
    { $(HARNESS) suite voc --profile smoke --method dense,iee --latency-target 0.5 \
        --seeds 0 --set epochs=10 --out $(REGRESSION) --quiet >> $(REGRESSION).log || [ $$? -eq 3 ]; }

.PHONY: regress
regress: build ## train a few trials and compare them with the baseline (BASELINE=FILE)
	$(WITH_TORCH) $(REGRESSION_TRIALS)
	$(WITH_TORCH) $(HARNESS) regress --baseline $(BASELINE) --out $(REGRESSION)

.PHONY: regress-update
regress-update: build ## train the same trials and make them the new baseline
	$(WITH_TORCH) $(REGRESSION_TRIALS)
	$(WITH_TORCH) $(HARNESS) regress --update --baseline $(BASELINE) --out $(REGRESSION)

.PHONY: report
report: build ## write everything recorded as one page: runs/report.html, or OUT/report.html
	$(WITH_TORCH) $(HARNESS) report $(if $(OUT),--out $(OUT)) $(ARGS)

.PHONY: clean
clean: ## remove what was built; keeps results, data, .venv and .torch.env
	cargo clean
