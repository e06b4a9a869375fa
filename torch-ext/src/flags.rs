//! Switches of libtorch's global context. They hold for the whole process.

use crate::{Result, ffi};

/// Lets CUDA matrix products and convolutions round their inputs to TF32.
///
/// libtorch's own default is mixed: on for convolutions, off for products.
pub fn allow_tf32(on: bool) -> Result<()> {
    ffi::check(ffi::te_allow_tf32(on))
}

/// Lets cuDNN try its algorithms on the first call of every shape and keep the fastest.
pub fn cudnn_benchmark(on: bool) -> Result<()> {
    ffi::check(ffi::te_cudnn_benchmark(on))
}

/// Keeps cuDNN to algorithms that compute the same every time.
pub fn cudnn_deterministic(on: bool) -> Result<()> {
    ffi::check(ffi::te_cudnn_deterministic(on))
}

/// Whether the CPU's convolutions and products may use oneDNN, as they do by default; without it they use
/// libtorch's own kernels.
pub fn onednn(on: bool) -> Result<()> {
    ffi::check(ffi::te_onednn(on))
}

/// Makes the CPU take denormal numbers as zero; false where it cannot.
///
/// Momentum and decayed weights that nothing moves shrink into denormals, on
/// which arithmetic is many times slower. This holds for the calling thread and
/// the threads that start from it, so call it before the first tensor is made.
pub fn flush_denormal(on: bool) -> Result<bool> {
    let mut supported = false;
    // SAFETY: the pointer is to a live variable, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_flush_denormal(on, &mut supported) })?;
    Ok(supported)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn switches_are_accepted_without_a_gpu() {
        for on in [true, false] {
            allow_tf32(on).unwrap();
            cudnn_benchmark(on).unwrap();
            cudnn_deterministic(on).unwrap();
            onednn(!on).unwrap();
        }
    }

    #[test]
    fn flushing_denormals_changes_arithmetic() {
        let halved = || black_box(f32::MIN_POSITIVE) * black_box(0.5);
        assert_ne!(halved(), 0.0);
        if flush_denormal(true).unwrap() {
            assert_eq!(halved(), 0.0);
            flush_denormal(false).unwrap();
        }
        assert_ne!(halved(), 0.0);
    }
}
