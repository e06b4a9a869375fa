//! Why something cannot be measured: with the cause and the remedy, for a person.

/// Why a measurement cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// The job asks for what cannot be.
    #[error("{0}")]
    Job(String),
    /// A network cannot be read.
    #[error(transparent)]
    Network(#[from] crate::stored_network::StoredNetworkError),
    /// Channels cannot be filled up.
    #[error(transparent)]
    Channels(#[from] network::ChannelError),
    /// CUDA refuses.
    #[error("{0}; use another device, or see `harness doctor`")]
    Device(#[from] torch_ext::Error),
}
