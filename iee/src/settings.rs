//! The settings of IEE, each with where its default comes from.
//!
//! Each row of the paper's ablation (Table 4) is one setting away from the
//! defaults: `recovery_steps=0`, `exploration_steps=0`, `freeze=false`,
//! `grown_values=zero`, or `stage_scales`, which changes H, J and Q together.

use sparsity::{Accounting, Allowed, Criterion, Decay, SettingSpec, Value};

/// All settings, in the order in which they are printed.
pub fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    let word = |text: &str| Value::Word(text.into());
    vec![
        spec(
            "importance_steps",
            Value::Int(100),
            Allowed::Int(1, 1_000_000_000),
            "H: training steps of the active weights before pruning",
            "arXiv 2502.03658: H = J = Q = 100 on CIFAR-10",
        )
        .as_cadence(),
        spec(
            "recovery_steps",
            Value::Int(100),
            Allowed::Int(0, 1_000_000_000),
            "J: training steps of the active weights after pruning (0: no accuracy improvement)",
            "arXiv 2502.03658: H = J = Q = 100 on CIFAR-10",
        )
        .as_cadence(),
        spec(
            "exploration_steps",
            Value::Int(100),
            Allowed::Int(0, 1_000_000_000),
            "Q: training steps of the inactive weights (0: none, growth by one dense gradient)",
            "arXiv 2502.03658: H = J = Q = 100 on CIFAR-10",
        )
        .as_cadence(),
        spec(
            "stage_scales",
            word("1,1,1"),
            Allowed::Factors(3),
            "factors of H, J and Q: the proportions of a cycle, whatever length the profile gives it",
            "arXiv 2502.03658, Table 4: 50 and 300 instead of 150",
        ),
        spec(
            "stage_end",
            word("fixed"),
            Allowed::Word(&["fixed", "settled"]),
            "whether importance and exploration of weights take H and Q steps, or end earlier, once what would be pruned or grown has settled; the training is then so much shorter",
            "arXiv 2502.03658: fixed numbers of steps; an adaptive rule is one of its open questions",
        ),
        spec(
            "settled_overlap",
            Value::Float(0.95),
            Allowed::Float(0.0, 1.0),
            "with stage_end=settled: share of the weights that would be pruned or grown which must be the same as at the look before",
            "own choice: the paper has no such rule",
        ),
        spec(
            "settled_looks",
            Value::Int(5),
            Allowed::Int(2, 1_000_000),
            "with stage_end=settled: looks at equal distances in a stage, its end included; it ends after the second at the earliest",
            "own choice: the paper has no such rule",
        ),
        spec(
            "update_fraction",
            Value::Float(0.3),
            Allowed::Float(0.0, 1.0),
            "Omega at the first update: share of the active weights that are exchanged",
            "own choice: RigL's alpha; the paper's value is not known",
        ),
        spec(
            "update_decay",
            word("exponential"),
            Allowed::Word(Decay::NAMES),
            "how Omega decays over the update period; exponential is to a hundredth",
            "own choice: exponential according to a secondary source on arXiv 2502.03658, which does not give the factor",
        ),
        spec(
            "update_end",
            Value::Float(0.75),
            Allowed::Float(0.0, 1.0),
            "share of training after which the structure no longer changes",
            "own choice: about RigL's 3/4; the paper's value is not known",
        ),
        spec(
            "exploration_counts",
            Value::Flag(true),
            Allowed::Flag,
            "whether steps of exploration are among the recipe's (true), or make the training longer (false)",
            "own choice: every method then trains for the same number of steps; the paper does not say",
        ),
        spec(
            "criterion",
            word("auto"),
            Allowed::Word(const { &Criterion::names_after("auto") }),
            "saliency criterion of pruning; auto is magnitude for single weights and taylor for channels",
            "arXiv 2502.03658: magnitude for unstructured sparsity, Taylor for structured",
        ),
        spec(
            "grow_criterion",
            word("same"),
            Allowed::Word(const { &Criterion::names_after("same") }),
            "saliency criterion of growth; without exploration, only the gradient criteria and random distinguish inactive weights",
            "arXiv 2502.03658: the same as for pruning",
        ),
        spec(
            "freeze",
            Value::Flag(true),
            Allowed::Flag,
            "whether the active weights are frozen during exploration",
            "arXiv 2502.03658, stage 4",
        ),
        spec(
            "grown_values",
            word("mru"),
            Allowed::Word(&["mru", "last-active", "zero", "zero-grown"]),
            "values with which inactive weights return to exploration: those most recently used, exploration included (mru); those that they had when last active, so that exploration of weights that do not grow is forgotten (last-active); or zero. With zero-grown they explore as with mru, but those that grow start from zero afterwards. Channels always return with their most recently used values, since zeros get no gradient",
            "arXiv 2502.03658, stage 4",
        ),
        spec(
            "unused_values",
            word("zero"),
            Allowed::Word(&["initial", "zero"]),
            "value with which a weight returns that was never used: its initial value, or zero; a channel always returns with its initial values",
            "own choice: a weight that was never used has no most recently used value; the paper does not say",
        ),
        spec(
            "scope",
            word("distribution"),
            Allowed::Word(&["distribution", "global"]),
            "whether layers keep the budget of the distribution or exchange it (the uniInit and erkInit rows); channels always exchange it",
            "own reading of `Non-Uniform` in the caption of Table 2",
        ),
        spec(
            "exploration_rate",
            Value::Float(1.0),
            Allowed::Float(0.0, 1000.0),
            "learning rate of exploration over the scheduled one",
            "own choice: the schedule's; the paper does not say",
        ),
        spec(
            "frozen_momentum",
            word("keep"),
            Allowed::Word(&["keep", "zero"]),
            "momentum after exploration of the weights, biases and batch norms that it froze: kept, or set to zero; channels always keep it",
            "own choice: exploration leaves no trace in what it froze; the paper does not say, and in logs on VOC that are probably IEE's it is zero",
        ),
        spec(
            "explore_others",
            Value::Flag(false),
            Allowed::Flag,
            "whether biases and batch-norm scales and shifts train during exploration",
            "own choice: they belong to the frozen network; the paper does not say",
        ),
        spec(
            "explore_statistics",
            word("hold"),
            Allowed::Word(&["hold", "track"]),
            "whether running batch-norm statistics follow the batches of exploration",
            "own choice: the sparse network is what is evaluated; the paper does not say",
        ),
        spec(
            "initial_latency",
            word("auto"),
            Allowed::Word(&["auto", "dense", "target"]),
            "with a latency target: whether training starts dense, or narrow at the target (auto: dense from pretrained weights and with a linear path, otherwise at the target)",
            "own choice: the paper prunes from scratch and from pretrained weights, and does not say how it starts; logs on VOC that are probably IEE's start dense",
        ),
        spec(
            "latency_ramp",
            Value::Float(0.5),
            Allowed::Float(0.0, 1.0),
            "share of the cycles over which the latency falls from dense to the target, where training starts dense",
            "own choice: the structure then settles at the target; the paper does not say, and in logs on VOC that are probably IEE's it is 1",
        ),
        spec(
            "latency_path",
            word("exponential"),
            Allowed::Word(&["exponential", "linear"]),
            "with a latency target: how the latency falls where training starts dense, by equal factors or by equal differences a cycle",
            "own choice: HALP's exponential schedule, arXiv 2210.06659; the paper does not say, and logs on VOC that are probably IEE's are linear",
        ),
        spec(
            "latency_window",
            word("none"),
            Allowed::Window,
            "with a latency target: shares of training between which the structure changes, such as 0.25,0.5 (none: from the start to update_end)",
            "own choice: as single weights; the paper does not say, and logs on VOC that are probably IEE's change channels from epoch 100 to 200 of 900",
        ),
        spec(
            "latency_cycles",
            Value::Int(0),
            Allowed::Int(0, 1_000_000),
            "with a latency target: number of cycles; the steps of the stages then only give their proportions, and a training that is too short has fewer (0: as many as fit, at the given steps)",
            "own choice: the cycles of the paper's steps; logs on VOC that are probably IEE's have 50",
        ),
        spec(
            "growth_budget",
            word("omega"),
            Allowed::ShareOr("omega"),
            "with a latency target: latency that a growth may add: omega (up to the cycle's latency), or a share of what the latest prune removed, measured from the prune before it. With a share, nothing grows after the last prune or where the latency does not fall",
            "own choice: a reading of `Omega`; the paper does not say, and logs on VOC that are probably IEE's take 0.75, in one run 0.5",
        ),
        Accounting::OutputsAndInputs.setting(
            "own choice: pruning then removes hardly more latency than Omega specifies, and no growth exceeds its budget; the paper does not say, and logs on VOC that are probably IEE's price outputs",
        ),
    ]
}
