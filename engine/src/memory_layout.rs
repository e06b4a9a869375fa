//! Tensors in one memory layout or the other.

use network::Layout;
use tch::Tensor;

/// `tensor` (a, b, height, width), which is channels-last, with the same values in `layout`. A tensor of other
/// dimensions is returned as it is.
///
/// To NCHW it is copied even where both layouts are the same order in memory, as of a kernel of one pixel: libtorch
/// tells layouts by strides, and one weight with the strides of channels-last turns its whole convolution into one.
pub(crate) fn arranged(tensor: &Tensor, layout: Layout) -> Tensor {
    match layout {
        Layout::Nchw if tensor.dim() == 4 => {
            let mut copy = Tensor::empty(tensor.size(), (tensor.kind(), tensor.device()));
            copy.copy_(tensor);
            copy
        }
        Layout::Nchw | Layout::ChannelsLast => tensor.shallow_clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn strides_are_those_of_the_layout_even_of_single_pixels() {
        for side in [1, 3] {
            let last = Tensor::randn([4, side, side, 5], (Kind::Float, Device::Cpu)).permute([0, 3, 1, 2]);
            let plain = arranged(&last, Layout::Nchw);
            assert!(plain.equal(&last));
            assert_eq!(plain.stride(), [5 * side * side, side * side, side, 1]);
            assert_eq!(arranged(&last, Layout::ChannelsLast).stride(), [5 * side * side, 1, 5 * side, 5]);
        }
    }
}
