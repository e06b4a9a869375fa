//! Boxes and pixels of augmented photographs: what is painted is found again where its box says.

use proptest::prelude::*;

use super::*;

const RED: [u8; 3] = [255, 0, 0];
const BLACK: [u8; 3] = [0; 3];

/// A black photograph with a red rectangle of whole pixels.
fn photograph((width, height): (u32, u32), object: &Rectangle) -> Vec<u8> {
    let inside = |x: u32, y: u32| {
        let (x, y) = (f64::from(x), f64::from(y));
        x >= object.left && x < object.right && y >= object.top && y < object.bottom
    };
    let pixel = |x, y| if inside(x, y) { RED } else { BLACK };
    (0..width * height).flat_map(|i| pixel(i % width, i / width)).collect()
}

fn painted(augmentation: &Augmentation, (width, height): (u32, u32), pixels: &[u8]) -> Vec<[u8; 3]> {
    let mut out = vec![1; 3 * augmentation.side.pow(2) as usize];
    let rows = augmentation.rows(height);
    let photograph = PixelRows { width, height: rows, pixels: &pixels[..3 * (width * rows) as usize] };
    augmentation.paint(photograph, &mut Resampler::default(), &mut Scratch::default(), &mut out);
    out.as_chunks().0.to_vec()
}

/// The least and the greatest coordinate of pixels that are more red than not, plus 1: left, top, right, bottom.
fn found(image: &[[u8; 3]], side: u32) -> Option<[f64; 4]> {
    let red = image.iter().enumerate().filter(|(_, pixel)| pixel[0] > 127);
    let (mut least, mut most) = ([u32::MAX; 2], [0; 2]);
    for (i, _) in red {
        for (axis, at) in [i as u32 % side, i as u32 / side].into_iter().enumerate() {
            (least[axis], most[axis]) = (least[axis].min(at), most[axis].max(at + 1));
        }
    }
    (most[0] > 0).then(|| [least[0], least[1], most[0], most[1]].map(f64::from))
}

/// A photograph's size and a rectangle of whole pixels in it.
fn scene() -> impl Strategy<Value = ((u32, u32), Rectangle)> {
    (20u32..200, 20u32..200).prop_flat_map(|(width, height)| {
        let along = |side: u32| (0..side - 8).prop_flat_map(move |from| (Just(from), from + 8..=side));
        (along(width), along(height)).prop_map(move |((left, right), (top, bottom))| {
            let [left, top, right, bottom] = [left, top, right, bottom].map(f64::from);
            ((width, height), Rectangle { left, top, right, bottom })
        })
    })
}

proptest! {
    #[test]
    fn boxes_lie_where_the_pixels_are((size, object) in scene(), side in 40u32..160, stream: u64) {
        let drawn = Augmentation::draw(size, &[object], side, &mut RandomStream::new(8, stream));
        let augmentation = Augmentation { colours: Colours::none(), ..drawn };
        let image = painted(&augmentation, size, &photograph(size, &object));
        let Some(edges) = augmentation.place(&object) else { return Ok(()) };
        let [left, top, right, bottom] = edges.map(|edge| edge * f64::from(side));
        prop_assert!(0.0 <= left && left < right && right <= f64::from(side));
        prop_assert!(0.0 <= top && top < bottom && bottom <= f64::from(side));
        // What is narrower than three pixels of the image may be blurred away.
        if right - left >= 3.0 && bottom - top >= 3.0 {
            let found = found(&image, side).expect("the rectangle is seen");
            for (found, edge) in found.iter().zip([left, top, right, bottom]) {
                prop_assert!((found - edge).abs() < 0.6, "{found} is not {edge}");
            }
        }
    }

    /// The mirrored image and its box are exactly those of the other turned round.
    #[test]
    fn mirroring_is_exact((size, object) in scene(), side in 40u32..160, stream: u64) {
        let drawn = Augmentation::draw(size, &[object], side, &mut RandomStream::new(9, stream));
        let pixels = photograph(size, &object);
        let straight = Augmentation { mirrored: false, ..drawn };
        let (image, edges) = (painted(&straight, size, &pixels), straight.place(&object));
        let mirrored = Augmentation { mirrored: true, ..straight };
        let (turned, turned_edges) = (painted(&mirrored, size, &pixels), mirrored.place(&object));
        for (row, turned) in image.chunks(side as usize).zip(turned.chunks(side as usize)) {
            prop_assert!(row.iter().eq(turned.iter().rev()));
        }
        prop_assert_eq!(edges.is_some(), turned_edges.is_some());
        if let (Some([left, top, right, bottom]), Some(turned)) = (edges, turned_edges) {
            prop_assert!((turned[0] - (1.0 - right)).abs() < 1e-12 && (turned[2] - (1.0 - left)).abs() < 1e-12);
            prop_assert_eq!((turned[1], turned[3]), (top, bottom));
        }
    }

    /// What is not of the photograph has the mean colour, exactly.
    #[test]
    fn the_canvas_is_filled(width in 20u32..200, height in 20u32..200, side in 10u32..100, stream: u64) {
        let size = (width, height);
        let drawn = Augmentation::draw(size, &[], side, &mut RandomStream::new(10, stream));
        let augmentation = Augmentation { colours: Colours::none(), mirrored: false, ..drawn };
        let image = painted(&augmentation, size, &vec![255; 3 * (width * height) as usize]);
        let view = augmentation.view;
        for (i, pixel) in (0..).zip(image) {
            let (x, y) = (i % side, i / side);
            let inside = view.is_some_and(|view| {
                (view.columns.start..view.columns.end).contains(&x) && (view.rows.start..view.rows.end).contains(&y)
            });
            prop_assert_eq!(pixel, if inside { [255; 3] } else { MEAN });
        }
    }

    /// An object remains if and only if its centre is seen, and what remains is neither empty nor outside.
    #[test]
    fn objects_are_kept_by_their_centre(
        objects in prop::collection::vec(((0.0..499.0), (0.0..374.0), (0.01..500.0), (0.01..375.0)), 1..8),
        stream: u64,
    ) {
        let photograph = Rectangle { left: 0.0, top: 0.0, right: 500.0, bottom: 375.0 };
        let objects: Vec<Rectangle> = objects
            .into_iter()
            .filter_map(|(left, top, width, height): (f64, f64, f64, f64)| {
                Rectangle { left, top, right: left + width, bottom: top + height }.common(&photograph)
            })
            .collect();
        let random = || RandomStream::new(11, stream);
        let augmentation = Augmentation::draw((500, 375), &objects, 300, &mut random());
        prop_assert_eq!(&augmentation, &Augmentation::draw((500, 375), &objects, 300, &mut random()));
        // The window by another way than `view`: drawn again.
        let mut random = random();
        Colours::draw(&mut random);
        let canvas = Canvas::draw((500, 375), &mut random);
        let (right, down) = (f64::from(canvas.left), f64::from(canvas.top));
        let moved: Vec<Rectangle> = objects.iter().map(|object| object.moved(right, down)).collect();
        let window = Window::draw((canvas.width, canvas.height), &moved, &mut random);
        let mut kept = 0;
        for (object, moved) in objects.iter().zip(&moved) {
            let (x, y) = ((moved.left + moved.right) / 2.0, (moved.top + moved.bottom) / 2.0);
            let (left, top) = (f64::from(window.left), f64::from(window.top));
            let inside = left < x && x < left + f64::from(window.width)
                && top < y && y < top + f64::from(window.height);
            let placed = augmentation.place(object);
            prop_assert_eq!(placed.is_some(), inside);
            if let Some([left, top, right, bottom]) = placed {
                prop_assert!(0.0 <= left && left < right && right <= 1.0, "{left} {right}");
                prop_assert!(0.0 <= top && top < bottom && bottom <= 1.0, "{top} {bottom}");
                kept += 1;
            }
        }
        prop_assert!(kept > 0, "at least one object is always left");
    }
}

#[test]
fn half_of_the_images_are_mirrored() {
    let draw = |stream| Augmentation::draw((500, 375), &[], 300, &mut RandomStream::new(12, stream));
    let mirrored = (0..10_000).filter(|stream| draw(*stream).mirrored).count();
    assert!((4_850..5_150).contains(&mirrored), "{mirrored}");
}

/// Colours are those of the photograph, changed; the canvas keeps its own.
#[test]
fn colours_change_only_where_the_photograph_is() {
    let size = (60, 40);
    let pixels = photograph(size, &Rectangle { left: 0.0, top: 0.0, right: 60.0, bottom: 40.0 });
    let mut changed = 0;
    for stream in 0..200 {
        let augmentation = Augmentation::draw(size, &[], 50, &mut RandomStream::new(13, stream));
        let image = painted(&augmentation, size, &pixels);
        let colours: std::collections::BTreeSet<[u8; 3]> = image.into_iter().collect();
        let of_photograph: Vec<_> = colours.iter().filter(|colour| **colour != MEAN).collect();
        assert!(of_photograph.len() <= 1, "{colours:?}");
        changed += usize::from(of_photograph.iter().any(|colour| **colour != RED));
    }
    assert!(changed > 100, "{changed}");
}
