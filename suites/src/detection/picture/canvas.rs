//! A picture as something to draw on, in its own pixels or in larger ones.

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;

use super::Picture;

/// A picture whose pixels are taken together in squares of `scale`. What is outside is not drawn.
pub(super) struct Canvas<'a> {
    pub picture: &'a mut Picture,
    pub scale: u32,
}

impl OriginDimensions for Canvas<'_> {
    fn size(&self) -> Size {
        Size::new(self.picture.width / self.scale, self.picture.height / self.scale)
    }
}

impl DrawTarget for Canvas<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<Pixels: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: Pixels,
    ) -> Result<(), Infallible> {
        let (width, height) = (self.picture.width as usize, self.picture.height as usize);
        for Pixel(Point { x, y }, colour) in pixels {
            let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { continue };
            let square = |at: usize, end: usize| {
                let scale = self.scale as usize;
                (at * scale).min(end)..((at + 1) * scale).min(end)
            };
            for row in square(y, height) {
                for column in square(x, width) {
                    let at = 3 * (row * width + column);
                    self.picture.pixels[at..at + 3].copy_from_slice(&[colour.r(), colour.g(), colour.b()]);
                }
            }
        }
        Ok(())
    }
}
