//! Which libtorch this process has loaded.

use crate::ffi;

/// The version of the loaded libtorch, such as `2.11.0`.
///
/// Asked from the library itself, not taken from the headers of the build.
pub fn version() -> String {
    let [major, minor, patch, ..] = ffi::te_version().to_be_bytes();
    format!("{major}.{minor}.{patch}")
}

/// Whether CUDA graphs were compiled in, which takes CUDA headers and a CUDA libtorch.
pub fn cuda_compiled() -> bool {
    ffi::te_cuda_compiled()
}

/// Whether groups of ranks were compiled in, which takes the headers of Gloo.
pub fn ranks_compiled() -> bool {
    ffi::te_ranks_compiled()
}

/// Whether groups of ranks on GPUs were compiled in, which also takes the headers of CUDA and NCCL.
pub fn nccl_compiled() -> bool {
    ffi::te_nccl_compiled()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_the_one_that_tch_needs() {
        assert_eq!(version(), "2.11.0");
    }
}
