//! Words on a filled ground, beside the boxes they belong to.

use std::convert::Infallible;

use embedded_graphics::mono_font::iso_8859_1::{FONT_6X10, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};

use super::canvas::Canvas;
use super::colour::{colour, contrast};
use super::{Mark, Picture};

/// The ground of annotated labels.
const DARK: Rgb888 = Rgb888::new(20, 20, 20);

/// How large letters are on a picture.
pub(super) struct Lettering {
    font: &'static MonoFont<'static>,
    /// Pixels of the picture in one of a letter, in each direction.
    scale: u32,
}

/// A word and its place, in pixels of letters.
pub(super) struct Label {
    text: String,
    ink: Rgb888,
    ground: Rgb888,
    place: Rectangle,
}

impl Lettering {
    /// Letters that can be read when a picture of this size is seen as a whole.
    pub fn of((width, height): (u32, u32)) -> Lettering {
        let letters = width.min(height) / 22;
        Lettering {
            font: if letters < 16 { &FONT_6X10 } else { &FONT_10X20 },
            scale: ((letters + 10) / 20).max(1),
        }
    }

    /// The label of a box that covers `area` of a picture: the class and, if there is one, the score.
    pub fn label(&self, mark: &Mark, area: &Rectangle, picture: (u32, u32), others: &[Label]) -> Label {
        let (text, ink, ground) = match mark.score {
            Some(score) => {
                (format!("{} {score:.2}", mark.name), contrast(colour(mark.class)), colour(mark.class))
            }
            None => (mark.name.clone(), colour(mark.class), DARK),
        };
        let place = self.place(text.chars().count() as u32, area, picture, mark.score.is_some(), others);
        Label { text, ink, ground, place }
    }

    /// Above the box, at its top, at its bottom or below it: the first of these, for an annotated box in the
    /// opposite order, that is in the picture and not on another label. If there is none, the first, moved into
    /// the picture.
    fn place(
        &self,
        letters: u32,
        area: &Rectangle,
        picture: (u32, u32),
        from_above: bool,
        others: &[Label],
    ) -> Rectangle {
        let Size { width, height } = self.font.character_size;
        let size = Size::new(letters * (width + self.font.character_spacing) + 2, height);
        let last = |side: u32, needed: u32| (side / self.scale).saturating_sub(needed) as i32;
        let last = Point::new(last(picture.0, size.width), last(picture.1, size.height));
        let in_letters = |at: i32| at / self.scale as i32;
        let (top, bottom) = (area.top_left.y, area.top_left.y + area.size.height as i32);
        let (top, bottom, height) = (in_letters(top), in_letters(bottom), height as i32);
        let mut rows = [top - height, top, bottom - height, bottom];
        if !from_above {
            rows.reverse();
        }
        let left = in_letters(area.top_left.x).clamp(0, last.x);
        let at = |row: i32| Rectangle::new(Point::new(left, row.clamp(0, last.y)), size);
        let free = |row: &i32| {
            let inside = (0..=last.y).contains(row);
            inside && others.iter().all(|other| other.place.intersection(&at(*row)).is_zero_sized())
        };
        at(rows.into_iter().find(free).unwrap_or(rows[0]))
    }
}

impl Label {
    pub fn draw(&self, lettering: &Lettering, picture: &mut Picture) -> Result<(), Infallible> {
        let mut canvas = Canvas { picture, scale: lettering.scale };
        self.place.into_styled(PrimitiveStyle::with_fill(self.ground)).draw(&mut canvas)?;
        let style = MonoTextStyle::new(lettering.font, self.ink);
        let start = self.place.top_left + Point::new(1, 0);
        Text::with_baseline(&self.text, start, style, Baseline::Top).draw(&mut canvas)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::Bounds;
    use proptest::prelude::*;

    fn placed(picture: (u32, u32), areas: &[Rectangle], score: Option<f64>) -> Vec<Rectangle> {
        let bounds = Bounds { xmin: 1.0, ymin: 1.0, xmax: 1.0, ymax: 1.0 };
        let mark = Mark { class: 0, name: "cow".to_owned(), score, bounds };
        let mut labels = Vec::new();
        for area in areas {
            labels.push(Lettering::of(picture).label(&mark, area, picture, &labels));
        }
        labels.iter().map(|label| label.place).collect()
    }

    /// Four boxes at the same place have their four labels around them, in order.
    #[test]
    fn labels_make_room_for_each_other() {
        let area = Rectangle::new(Point::new(20, 40), Size::new(60, 50));
        let tops = |score| -> Vec<i32> {
            placed((200, 150), &[area; 4], score).iter().map(|place| place.top_left.y).collect()
        };
        assert_eq!(tops(Some(0.5)), [30, 40, 80, 90]);
        assert_eq!(tops(None), [90, 80, 40, 30]);
    }

    #[test]
    fn letters_grow_with_the_picture() {
        let height = |picture| {
            let lettering = Lettering::of(picture);
            lettering.font.character_size.height * lettering.scale
        };
        assert_eq!([(300, 300), (500, 375), (4000, 3000)].map(height), [10, 20, 140]);
    }

    proptest! {
        #[test]
        fn labels_are_in_the_picture(
            width in 60u32..5000, height in 20u32..5000, x in 0i32..5000, y in 0i32..5000, size in 1u32..5000,
        ) {
            let area = Rectangle::new(Point::new(x, y), Size::new(size, size));
            let scale = Lettering::of((width, height)).scale;
            let place = placed((width, height), &[area], None)[0];
            prop_assert!(place.top_left.x >= 0 && place.top_left.y >= 0);
            let last = place.bottom_right().unwrap();
            prop_assert!((last.y as u32 + 1) * scale <= height && (last.x as u32 + 1) * scale <= width);
        }
    }
}
