//! Precision over recall of a detector, one small drawing per class.
//!
//! The curves are the ones that average precision is computed from: at each recall the greatest precision at this
//! recall or more.

use plotters::prelude::*;
use records::run_directory::{ClassPrecision, PrecisionRecall};

use super::canvas::{Area, Failure, font, write};
use super::labels::width;
use super::theme::{INK, PAPER, RULE, SOFT, fit};

/// Drawings beside each other.
const COLUMNS: usize = 4;
/// Size of a drawing, pixels.
const SIZE: (i32, i32) = (180, 172);
/// Height of the title, pixels.
const TITLE: i32 = 34;
/// Sizes of texts, pixels from line to line.
const TEXT: i32 = 16;
const SMALL: i32 = 14;
/// Around the plot of a drawing, pixels: left, top, right, bottom.
const AROUND: (i32, i32, i32, i32) = (46, 30, 10, 42);
/// Classes that are drawn.
pub const MOST_CLASSES: usize = 100;
/// Colour of the curves: blue, which is seen on light and on dark paper.
const CURVE: RGBColor = RGBColor(0, 114, 178);

/// Draws the curves of the first [`MOST_CLASSES`] classes under a title, as SVG that needs no network.
pub fn render(title: &str, classes: &[ClassPrecision], curves: &[PrecisionRecall]) -> String {
    let mut text = String::new();
    let drawn = &classes[..classes.len().min(MOST_CLASSES)];
    draw(&mut text, title, drawn, curves).expect("a string takes every byte");
    fit(&text, title)
}

fn draw(
    text: &mut String,
    title: &str,
    classes: &[ClassPrecision],
    curves: &[PrecisionRecall],
) -> Result<(), Failure> {
    let rows = classes.len().div_ceil(COLUMNS).max(1) as i32;
    let size = (COLUMNS as i32 * SIZE.0, TITLE + rows * SIZE.1);
    let root = SVGBackend::with_string(text, (size.0 as u32, size.1 as u32)).into_drawing_area();
    root.fill(&PAPER)?;
    write(&root, title, (10, 8), TEXT + 2, INK)?;
    for (at, class) in classes.iter().enumerate() {
        let place = ((at % COLUMNS) as i32, (at / COLUMNS) as i32);
        let corner = (place.0 * SIZE.0, TITLE + place.1 * SIZE.1);
        let area = root.clone().shrink(corner, (SIZE.0 as u32, SIZE.1 as u32));
        let own: Vec<&PrecisionRecall> = curves.iter().filter(|point| point.class == class.class).collect();
        let last = at + COLUMNS >= classes.len();
        panel(&area, class, &own, (place.0 == 0, last))?;
    }
    root.present()
}

/// One class; `named` says whether its vertical and its horizontal axis are named.
fn panel(
    area: &Area,
    class: &ClassPrecision,
    curve: &[&PrecisionRecall],
    named: (bool, bool),
) -> Result<(), Failure> {
    let (left, top, right, bottom) = AROUND;
    write(area, &heading(class), (left - 12, 6), TEXT, INK)?;
    let plot = (SIZE.0 - left - right, SIZE.1 - top - bottom);
    let at = |recall: f64, precision: f64| {
        let pixel = |share: f64, length: i32| (share.clamp(0.0, 1.0) * f64::from(length)).round() as i32;
        (left + pixel(recall, plot.0), top + plot.1 - pixel(precision, plot.1))
    };
    for (share, tick) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
        let style = if share == 0.0 { SOFT } else { RULE };
        area.draw(&PathElement::new(vec![at(share, 0.0), at(share, 1.0)], style))?;
        area.draw(&PathElement::new(vec![at(0.0, share), at(1.0, share)], style))?;
        let (x, y) = at(share, 0.0);
        write(area, tick, (x - width(tick, SMALL) / 2, y + 4), SMALL, SOFT)?;
        let (x, y) = at(0.0, share);
        write(area, tick, (x - 4 - width(tick, SMALL), y - SMALL / 2), SMALL, SOFT)?;
    }
    if named.1 {
        let (x, y) = at(0.5, 0.0);
        write(area, "Recall", (x - width("Recall", SMALL) / 2, y + 4 + SMALL), SMALL, INK)?;
    }
    if named.0 {
        let style = font(SMALL, INK).transform(FontTransform::Rotate270);
        let (x, y) = at(0.0, 0.5);
        area.draw(&Text::new("Precision", (x - left + 4, y + width("Precision", SMALL) / 2), style))?;
    }
    let steps: Vec<(i32, i32)> = staircase(curve).into_iter().map(|(x, y)| at(x, y)).collect();
    if steps.is_empty() { Ok(()) } else { area.draw(&PathElement::new(steps, CURVE.stroke_width(2))) }
}

/// The class with its average precision: `aeroplane 81.2`.
fn heading(class: &ClassPrecision) -> String {
    let score = match class.ap_11_points {
        Some(percent) => format!(" {percent:.1}"),
        None => " –".to_string(),
    };
    let fits = |name: &str| width(&format!("{name}…{score}"), TEXT) <= SIZE.0 - AROUND.0 + 12;
    match fits(&class.class) {
        true => format!("{}{score}", class.class),
        false => {
            let mut name: String = class.class.clone();
            while !name.is_empty() && !fits(&name) {
                name.pop();
            }
            format!("{name}…{score}")
        }
    }
}

/// The corners of a curve from a recall of 0: at each recall the greatest precision there or beyond, which is 0
/// beyond the last point.
fn staircase(curve: &[&PrecisionRecall]) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = curve.iter().map(|point| (point.recall, point.precision)).collect();
    points.retain(|(recall, precision)| recall.is_finite() && precision.is_finite());
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut greatest = 0.0f64;
    for point in points.iter_mut().rev() {
        greatest = greatest.max(point.1);
        point.1 = greatest;
    }
    let (mut corners, mut from) = (Vec::new(), 0.0);
    for (recall, precision) in points {
        corners.extend([(from, precision), (recall, precision)]);
        from = recall;
    }
    corners.extend((!corners.is_empty()).then_some((from, 0.0)));
    corners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn class(name: &str, ap: Option<f64>) -> ClassPrecision {
        ClassPrecision { class: name.into(), objects: 9, detections: 9, ap_11_points: ap, ap_all_points: ap }
    }

    fn point(class: &str, recall: f64, precision: f64) -> PrecisionRecall {
        PrecisionRecall { class: class.into(), score: 0.5, precision, recall }
    }

    #[test]
    fn every_class_has_its_name_its_precision_and_its_curve() {
        let classes =
            [class("a < b", Some(81.25)), class("helmet", None), class(&"long".repeat(9), Some(0.0))];
        let curves = [point("a < b", 0.5, 1.0), point("a < b", 1.0, 0.5)];
        let svg = render("a run", &classes, &curves);
        roxmltree::Document::parse(&svg).unwrap();
        assert!(svg.contains("a &lt; b 81.2") && svg.contains("helmet –"), "{svg}");
        assert!(
            svg.contains("longlong") && svg.contains("… 0.0") && !svg.contains(&"long".repeat(9)),
            "{svg}"
        );
        let curves = svg.matches("stroke=\"#0072B2\"").count();
        assert_eq!((curves, svg.matches("Recall").count(), svg.matches("Precision").count()), (1, 3, 1));
    }

    #[test]
    fn the_axes_of_the_outer_drawings_are_named() {
        let classes: Vec<ClassPrecision> = (0..6).map(|n| class(&format!("c{n}"), Some(50.0))).collect();
        let svg = render("a run", &classes, &[]);
        // The last of every column, and the first of every row.
        assert_eq!((svg.matches("Recall").count(), svg.matches("Precision").count()), (4, 2));
        assert!(render("none", &[], &[]).contains("none"));
        let many: Vec<ClassPrecision> = (0..150).map(|n| class(&format!("class{n}"), None)).collect();
        let svg = render("a run", &many, &[]);
        assert!(svg.contains("class99 ") && !svg.contains("class100"));
    }

    proptest! {
        /// The area under what is drawn is the average precision by all points.
        #[test]
        fn the_area_is_the_average_precision(hits in proptest::collection::vec(any::<bool>(), 0..40), missed in 0..5) {
            let objects = hits.iter().filter(|hit| **hit).count() as f64 + f64::from(missed);
            prop_assume!(objects > 0.0);
            let (mut found, mut curve) = (0.0, Vec::new());
            for (n, hit) in (1..).zip(&hits) {
                found += f64::from(u8::from(*hit));
                curve.push(point("a", found / objects, found / f64::from(n)));
            }
            let corners = staircase(&curve.iter().collect::<Vec<_>>());
            let area: f64 = corners.windows(2).map(|pair| (pair[1].0 - pair[0].0) * pair[1].1.max(pair[0].1)).sum();
            // Each object found adds one step of recall at the greatest precision from there on.
            let greatest = |from: usize| curve[from..].iter().map(|point| point.precision).fold(0.0, f64::max);
            let expected: f64 =
                hits.iter().enumerate().filter(|(_, hit)| **hit).map(|(at, _)| greatest(at) / objects).sum();
            prop_assert!((area - expected).abs() < 1e-9, "{area} {expected}");
            prop_assert!(corners.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[1].1 <= pair[0].1));
        }
    }
}
