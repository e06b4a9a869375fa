//! The little that tch lacks: CUDA graphs, device flags, memory statistics
