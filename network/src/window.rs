//! The square windows that convolutions and pools move over feature maps.

use crate::Shape;

/// Square windows, all sizes in pixels.
///
/// ```
/// use network::Window;
///
/// // 3 x 3 at stride 2: half the side.
/// assert_eq!(Window::new(3, 2).side(64), 32);
/// // Every sixth pixel: a window reaches over 13 pixels, and 6 of padding keep the side.
/// let dilated = Window::new(3, 1).dilated(6);
/// assert_eq!((dilated.span(), dilated.padding, dilated.side(32)), (13, 6, 32));
/// // 4 x 4 with one pixel of padding: two pixels become one.
/// assert_eq!(Window::new(4, 1).padded(1).side(2), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Pixels of a side that a window reads.
    pub kernel: usize,
    /// Distance between neighbouring windows.
    pub stride: usize,
    /// Padding on every side of the feature map.
    pub padding: usize,
    /// Distance between the neighbouring pixels that a window reads.
    pub dilation: usize,
}

impl Window {
    /// Windows of neighbouring pixels, padded such that an odd kernel keeps the size at stride 1.
    pub fn new(kernel: usize, stride: usize) -> Self {
        Self { kernel, stride, padding: kernel / 2, dilation: 1 }
    }

    /// The same with this padding.
    pub fn padded(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// The same over every `dilation`-th pixel, padded such that an odd kernel keeps the size at stride 1.
    pub fn dilated(self, dilation: usize) -> Self {
        let dilated = Self { dilation, ..self };
        dilated.padded(dilated.usual_padding())
    }

    /// Pixels of a side from the first that a window reads to the last.
    pub fn span(&self) -> usize {
        self.dilation * self.kernel.saturating_sub(1) + 1
    }

    /// The padding with which an odd kernel keeps the size at stride 1: half the span.
    pub fn usual_padding(&self) -> usize {
        self.span() / 2
    }

    /// Windows along a side of `pixels`, which must hold one with the padding.
    pub fn side(&self, pixels: usize) -> usize {
        (pixels + 2 * self.padding - self.span()) / self.stride + 1
    }

    /// The shape that the windows over `shape` leave: as many channels, a pixel a window.
    pub(crate) fn over(&self, shape: Shape) -> Shape {
        Shape { height: self.side(shape.height), width: self.side(shape.width), ..shape }
    }
}
