//! Why something cannot be measured: with the cause and the remedy, for a person.

/// Why a measurement cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// The job asks for what cannot be.
    #[error("{0}")]
    Job(String),
    /// A file holds no compact network.
    #[error(transparent)]
    Compact(#[from] crate::CompactError),
    /// The weights of a run cannot be read.
    #[error(transparent)]
    Weights(#[from] crate::WeightsError),
    /// The spec of a run cannot be read.
    #[error("{path} is not the spec of a trial ({cause}); name a run directory, as <out>/runs/ has them")]
    Spec {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// The spec of a run cannot be resolved.
    #[error(transparent)]
    Resolve(#[from] trial::ResolveError),
    /// There is no such model.
    #[error(transparent)]
    Model(#[from] network::models::UnknownModel),
    /// Channels cannot be filled up.
    #[error(transparent)]
    Channels(#[from] network::ChannelError),
    /// CUDA refuses.
    #[error("{0}; use another device, or see `harness doctor`")]
    Device(#[from] torch_ext::Error),
}
