//! Iterative exploitation and exploration, the method of arXiv 2502.03658
