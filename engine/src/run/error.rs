//! Why a trial cannot be run: the cause and the remedy, for a person.

/// What a rank says that misses another one. Why that one is missing, it says itself, or the process that started it.
pub const RANKS_LOST: &str = "the ranks of the trial lost each other";

/// Why a trial cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The data set cannot be read, in the words of its suite.
    #[error(transparent)]
    Data(suites::DataFailure),
    /// Photographs cannot be read.
    #[error(transparent)]
    Photographs(#[from] suites::photographs::LoadError),
    /// The thread that decodes photographs has ended.
    #[error(
        "no more photographs arrived at step {step}; run the same command to resume from the last checkpoint"
    )]
    NoMorePhotographs {
        /// The step that wanted them.
        step: u64,
    },
    /// The thread that decodes photographs could not be started.
    #[error(
        "cannot start the thread that decodes photographs: {cause}; raise the limit of processes (`ulimit -u`) or of \
         memory (`ulimit -v`), and run the same command to resume"
    )]
    NoThread {
        /// Why.
        cause: std::io::Error,
    },
    /// The spec starts from a weights file, and none was named.
    #[error("the trial starts from a weights file; give it with --init")]
    NoInitialWeights,
    /// The weights file is not the one of the spec.
    #[error(
        "{file} is not the weights file the trial was planned with (found {found}, planned {expected}); \
         give that file with --init, or plan again"
    )]
    OtherWeights {
        /// The file.
        file: String,
        /// What it holds, as a spec names it.
        found: String,
        /// That of the spec.
        expected: String,
    },
    /// The trial that the spec starts from is damaged or cannot be read.
    #[error("cannot start from the weights {file}: {why}")]
    UnusableWeights {
        /// The file.
        file: String,
        /// What is wrong, and the remedy.
        why: String,
    },
    /// The latency table cannot be used.
    #[error(transparent)]
    LatencyTable(#[from] trial::LatencyFileError),
    /// The channels cannot be chosen.
    #[error(transparent)]
    Channels(#[from] sparsity::ChoiceError),
    /// A plan edits weights where channels are pruned, or channels where weights are.
    #[error(
        "the stage `{stage}` edits weights where channels are pruned, or channels where weights are; this is a \
         bug in the method"
    )]
    ForeignEdits {
        /// The plan's stage.
        stage: &'static str,
    },
    /// The data set is not the one of the spec.
    #[error(
        "the data in {folder} has fingerprint {found}, but the trial is specified for {expected}; \
         give the folder that it was planned with, or plan again"
    )]
    OtherData {
        /// The folder.
        folder: String,
        /// Its fingerprint.
        found: String,
        /// That of the spec.
        expected: String,
    },
    /// The spec cannot be resolved.
    #[error(transparent)]
    Spec(#[from] trial::ResolveError),
    /// A checkpoint cannot be used or written.
    #[error(transparent)]
    Checkpoint(#[from] crate::CheckpointError),
    /// The weights cannot be written.
    #[error(transparent)]
    Weights(#[from] exchange::WeightsError),
    /// A mask that was kept during the training is damaged.
    #[error("{what}; run the same command again, which resumes from a checkpoint before it or starts anew")]
    Mask {
        /// Which, and what is wrong with it.
        what: String,
    },
    /// The compact network cannot be written.
    #[error(transparent)]
    Compact(#[from] crate::CompactError),
    /// A group of channels was emptied.
    #[error(transparent)]
    Kept(#[from] network::KeptError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] records::FileError),
    /// Another process of the trial is missing, or an exchange with it failed.
    #[error(
        "{lost} ({0}); run the same command to resume from the last checkpoint",
        lost = RANKS_LOST
    )]
    Ranks(torch_ext::Error),
    /// Another process of the trial shows no sign of life, or who served their meeting.
    #[error(
        "{lost} ({who} has shown no sign of life for {seconds} s: that process is stopped, or its machine cannot be reached); run the \
         same command to resume from the last checkpoint",
        lost = RANKS_LOST
    )]
    Silent {
        /// Who.
        who: String,
        /// For how long, in seconds.
        seconds: f64,
    },
    /// The ranks cannot share the micro-batches.
    #[error(transparent)]
    Pieces(#[from] suites::recipe::RanksError),
    /// A process of the trial holds something else than the others.
    #[error(
        "{what} of layer {layer} on rank {rank} differ from those on rank 0 after step {step}, so the ranks train two networks; \
         run the same command to resume from the last checkpoint, and if it happens again check that all ranks run on \
         devices of one kind, and report it with the output of `harness doctor`"
    )]
    RanksDiffer {
        /// What differs.
        what: &'static str,
        /// The first rank that has another one.
        rank: usize,
        /// The first layer in which it differs.
        layer: String,
        /// After how many steps.
        step: u64,
    },
    /// The ranks were not started alike.
    #[error("rank {rank} {what}")]
    OtherRank {
        /// The first one that is not like rank 0.
        rank: usize,
        /// How it differs, and what helps.
        what: String,
    },
    /// CUDA reports an error.
    #[error(
        "{0}; run the same command to resume from the last checkpoint, or choose another device; see `harness doctor`"
    )]
    Device(#[from] torch_ext::Error),
}
