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

use network::Window;
use tch::{Device, Tensor};

/// The convolution of `x` (batch, input channels, height, width) by `weight` (output channels, input
/// channels / `groups`, kernel, kernel), both of one memory layout and number format, over zero-padded `window`s:
/// (batch, output channels, height, width).
pub fn convolve(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, window: Window, groups: usize) -> Tensor {
    let Window { kernel, stride, padding, dilation } = window;
    let plain = |x: &Tensor, stride: usize| {
        let [stride, padding, dilation] = [stride, padding, dilation].map(|n| [n as i64; 2]);
        x.conv2d(weight, bias, stride, padding, dilation, groups as i64)
    };
    if x.device() == Device::Cpu && kernel == 1 && padding == 0 && stride > 1 {
        // Pooling over single pixels: exact, and in one pass forwards and backwards, where slices take two.
        let sampled = x.avg_pool2d([1, 1], [stride as i64; 2], [0, 0], false, true, None);
        plain(&sampled, 1)
    } else {
        plain(x, stride)
    }
}
