//! Why a file of weights cannot be used: the cause and the remedy, for a person.

use records::{TensorFileError, content_checksum};

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It is not there.
    #[error("there is no file {path}; check its name")]
    Missing {
        /// The file.
        path: String,
    },
    /// It cannot be read.
    #[error("cannot read {path}: {cause}; {}", records::remedy(cause))]
    Read {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It is a Git LFS pointer, not the file itself.
    #[error("{path} is a pointer of Git LFS and not the file itself; fetch it with `git lfs pull`")]
    Pointer {
        /// The file.
        path: String,
    },
    /// It is neither of the two formats.
    #[error("{path} is not a safetensors file nor one of torch.save, or is damaged: {cause}")]
    Format {
        /// The file.
        path: String,
        /// Why it is not the former.
        cause: TensorFileError,
    },
    /// It has the form that PyTorch wrote before 1.6.
    #[error(
        "{path} has the form in which PyTorch saved before version 1.6; save it again in Python: \
         torch.save(torch.load(\"{path}\", map_location=\"cpu\", weights_only=True), \"{path}\")"
    )]
    Legacy {
        /// The file.
        path: String,
    },
    /// It is a file of torch.save that holds something else, or is damaged.
    #[error("{path} holds no weights that can be read: {what}")]
    Torch {
        /// The file.
        path: String,
        /// What is wrong, with the remedy.
        what: String,
    },
    /// It is not what was written.
    #[error("{path}: {}; use another copy", content_checksum::BROKEN)]
    Changed {
        /// The file.
        path: String,
    },
    /// It does not hold this network.
    #[error("{path} does not hold this network: {what}; it needs a file saved from the same model")]
    OtherNetwork {
        /// The file.
        path: String,
        /// The first tensor that does not fit.
        what: String,
    },
    /// It does not say which network its weights are for.
    #[error(
        "{path} does not describe its network: {what}; give a compact.safetensors, or a file of `harness export`"
    )]
    NoDescription {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// It was trained to tell other classes apart.
    #[error(
        "{path} holds the heads of {found} classes (`{tensor}`), and there are {expected} here; with --new-head they \
         start from the seed instead, and everything else from the file"
    )]
    OtherClasses {
        /// The file.
        path: String,
        /// The first head that does not fit.
        tensor: String,
        /// Its classes; of a detector without the background.
        found: usize,
        /// Those of the network.
        expected: usize,
    },
    /// It holds everything but what tells classes apart.
    #[error(
        "{path} has no head (`{tensor}` is missing); with --new-head it starts from the seed, and everything else from \
         the file"
    )]
    NoHead {
        /// The file.
        path: String,
        /// The first tensor of the head.
        tensor: String,
    },
    /// A tensor holds what no network can.
    #[error("{path} is damaged, or its training had diverged: `{tensor}` has {what}; use another file")]
    Value {
        /// The file.
        path: String,
        /// The tensor.
        tensor: String,
        /// What it has.
        what: &'static str,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] records::FileError),
}
