//! The names of the files in a run directory, and of the folder that contains run directories.

/// The folder of all run directories in an output directory.
pub const RUNS: &str = "runs";

/// What is to be trained, as JSON.
pub const SPEC: &str = "spec.json";
/// What it was trained with: device, versions, threads, as JSON.
pub const ENVIRONMENT: &str = "environment.json";
/// The evaluations during training.
pub const METRICS: &str = "metrics.csv";
/// The updates of the structure.
pub const UPDATES: &str = "updates.csv";
/// The density of every layer after some of the updates.
pub const LAYERS: &str = "layers.csv";
/// What is left of every group of channels, where channels are pruned.
pub const CHANNELS: &str = "channels.csv";
/// How well a detector finds each class.
pub const CLASSES: &str = "classes.csv";
/// Precision over recall of each class of a detector.
pub const PRECISION_RECALL: &str = "precision_recall.csv";
/// Evaluation photographs with what a detector finds in them.
pub const EXAMPLES: &str = "examples.png";
/// The trained weights, under torchvision's names where it has the model.
pub const WEIGHTS: &str = "weights.safetensors";
/// The final mask, as [`pack`](crate::mask::pack) writes it.
pub const MASK: &str = "mask.bits";
/// The network without its pruned channels, where channels are pruned.
pub const COMPACT: &str = "compact.safetensors";
/// The trial's [`Record`](crate::Record), as JSON.
pub const RECORD: &str = "record.json";
/// The checksums of all files that make the result; written last.
pub const COMMITTED: &str = "COMMITTED";
/// The input files that could not be read, a name a line, if there are any.
pub const SKIPPED: &str = "skipped.txt";
/// What the next process that trains it starts from, until it is done.
pub const CHECKPOINT: &str = "checkpoint.safetensors";
/// The checkpoint before that.
pub const PREVIOUS_CHECKPOINT: &str = "checkpoint.previous.safetensors";
/// What a checkpoint's name ends with once it is set aside: one that is damaged, or that lacks a mask. One of another
/// trial is that trial's, and is none of these.
pub const SET_ASIDE: [&str; 2] = ["damaged", "incomplete"];
/// The folder of masks that wait to be compared with the final one.
pub const MASKS: &str = "masks";
/// Why the training diverged, if it did.
pub const DIVERGENCE: &str = "divergence.txt";
/// The file that is locked by the process that trains it.
pub const LOCK: &str = "lock";
/// What the process that trained it printed.
pub const LOG: &str = "worker.log";

/// How the training goes, while it runs.
pub const PROGRESS: &str = "progress.jsonl";

/// The files that can be part of a result, and are committed then, in the order in which they are written.
pub const RESULT: [&str; 15] = [
    SPEC,
    ENVIRONMENT,
    METRICS,
    UPDATES,
    LAYERS,
    RECORD,
    DIVERGENCE,
    SKIPPED,
    WEIGHTS,
    MASK,
    CLASSES,
    PRECISION_RECALL,
    EXAMPLES,
    CHANNELS,
    COMPACT,
];
