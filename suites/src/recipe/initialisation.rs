//! How initial weights are drawn.

/// How initial weights are drawn; biases and the shifts of batch norms start at zero, their scales at one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Initialisation {
    /// Weights of convolutions.
    pub convolutions: ConvolutionWeights,
    /// Weights of fully connected layers.
    pub classifier: ClassifierWeights,
    /// Whether the last batch norm of every residual branch is scaled by zero, so that each block begins as the
    /// identity (Goyal et al., arXiv 1706.02677).
    pub zero_residual: bool,
}

/// How weights of convolutions are drawn. The fans are the numbers of weights that a value is made of, and that it goes
/// into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConvolutionWeights {
    /// Normal, of variance 2 / fan out (He et al., arXiv 1502.01852).
    #[default]
    FanOut,
    /// Normal within two deviations, of variance 1 / fan in: TensorFlow's variance scaling, with which RigL's
    /// ImageNet code draws them.
    FanIn,
    /// Uniform, of variance 2 / (fan in + fan out) (Glorot and Bengio, 2010).
    Xavier,
}

/// How weights of fully connected layers are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClassifierWeights {
    /// Uniform within 1 / sqrt(fan in), as in PyTorch.
    #[default]
    Uniform,
    /// Normal with a deviation of 0.01 (RigL's ImageNet code; Goyal et al., arXiv 1706.02677).
    Normal,
}
