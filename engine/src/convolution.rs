//! The one place where the engine runs a convolution.
//!
//! On a processor a strided 1 x 1 convolution takes every stride-th pixel first
//! and convolves with stride 1, which computes the same. oneDNN 3.10.2, which
//! libtorch 2.11 has, would do both in one kernel; but its gradient of the
//! weights (`jit_1x1`, by AVX2 as by AVX-512) writes past its buffer, or divides
//! by zero, for many numbers of input channels that are not a multiple of its
//! vector length. The shortcuts of every ResNet are such convolutions, and
//! narrowed and compacted networks have such numbers of channels. Taking the
//! pixels first is as fast.

use tch::{Device, Tensor};

/// The convolution of `x` (batch, input channels, height, width) by `weight` (output channels, input
/// channels / `groups`, kernel, kernel), both channels-last and of one number format: (batch, output
/// channels, height, width), with the same stride and zero padding in both directions.
pub fn convolve(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    stride: i64,
    padding: i64,
    groups: i64,
) -> Tensor {
    let plain = |x: &Tensor, stride: i64| {
        x.conv2d(weight, bias, [stride, stride], [padding, padding], [1, 1], groups)
    };
    let pointwise = weight.size()[2..] == [1, 1] && padding == 0;
    if x.device() == Device::Cpu && pointwise && stride > 1 {
        // Pooling over single pixels: exact, and in one pass forwards and backwards, where slices take two.
        let sampled = x.avg_pool2d([1, 1], [stride, stride], [0, 0], false, true, None);
        plain(&sampled, 1)
    } else {
        plain(x, stride)
    }
}
