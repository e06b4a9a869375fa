//! Precision over recall of a detector, one small drawing per class.
//!
//! Each class is a drawing of its own, so that a page puts as many beside each other as its width allows. The curves
//! are the ones that average precision is computed from: at each recall the greatest precision at this recall or
//! more.

use records::run_directory::{ClassPrecision, PrecisionRecall};

use super::canvas::{Across, Canvas, Down, Letters, Pixel, Stroke};
use super::font::width;
use super::plane::Plane;
use super::theme::{Colour, INK, RULE, SOFT};

/// Size of a drawing, pixels.
const SIZE: Pixel = (180.0, 172.0);
/// Sizes of texts, pixels from line to line.
const TEXT: f64 = 16.0;
const SMALL: f64 = 14.0;
/// Around the plot of a drawing, pixels: left, top, right, bottom.
const AROUND: (f64, f64, f64, f64) = (46.0, 30.0, 10.0, 42.0);
/// Letters of a name that could have room, were they the narrowest.
const MOST_LETTERS: usize = 100;
/// Classes that are drawn.
pub const MOST_CLASSES: usize = 100;
/// Colour of the curves: blue, which is seen on light and on dark paper.
const CURVE: Colour = Colour(0, 114, 178);

/// Draws the curves of the first [`MOST_CLASSES`] classes, each as an SVG element that needs no network, one after
/// the other.
pub fn render(classes: &[ClassPrecision], curves: &[PrecisionRecall]) -> String {
    classes.iter().take(MOST_CLASSES).map(|class| of_class(class, curves)).collect()
}

/// The axes of a class with their names, and its curve.
fn of_class(class: &ClassPrecision, curves: &[PrecisionRecall]) -> String {
    let curve: Vec<&PrecisionRecall> = curves.iter().filter(|point| point.class == class.class).collect();
    let mut canvas = Canvas::new(SIZE);
    let (left, top, right, bottom) = AROUND;
    canvas.text(&heading(class), (left - 12.0, 6.0), Letters::new(TEXT, INK));
    let frame = (left, top, SIZE.0 - right, SIZE.1 - bottom);
    let plane = Plane { xs: 0.0..1.0, ys: 0.0..1.0, frame };
    let small = Letters::new(SMALL, SOFT);
    for (share, tick) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
        let line = Stroke::new(if share == 0.0 { SOFT } else { RULE }, 1.0);
        canvas.line(&[plane.pixel(share, 0.0), plane.pixel(share, 1.0)], line);
        canvas.line(&[plane.pixel(0.0, share), plane.pixel(1.0, share)], line);
        canvas.text(tick, (plane.across(share), frame.3 + 4.0), small.at(Across::Middle, Down::Top));
        canvas.text(tick, (frame.0 - 4.0, plane.up(share)), small.at(Across::End, Down::Middle));
    }
    let name = Letters::new(SMALL, INK).at(Across::Middle, Down::Top);
    canvas.text("Recall", (plane.across(0.5), frame.3 + 4.0 + SMALL), name);
    canvas.text("Precision", (4.0, plane.up(0.5)), Letters { upwards: true, ..name });
    let inside = |share: f64| share.clamp(0.0, 1.0);
    let steps = staircase(&curve).into_iter().map(|(x, y)| plane.pixel(inside(x), inside(y)));
    let steps: Vec<Pixel> = steps.collect();
    if !steps.is_empty() {
        canvas.line(&steps, Stroke::new(CURVE, 2.0));
    }
    canvas.finish(&heading(class))
}

/// The class with its average precision: `aeroplane 81.2`.
fn heading(class: &ClassPrecision) -> String {
    let score = match class.ap_11_points {
        Some(percent) => format!(" {percent:.1}"),
        None => " –".to_string(),
    };
    let fits = |name: &str| width(&format!("{name}…{score}"), TEXT) <= SIZE.0 - AROUND.0 + 12.0;
    match fits(&class.class) {
        true => format!("{}{score}", class.class),
        false => {
            let mut name: String = class.class.chars().take(MOST_LETTERS).collect();
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
        let drawings = render(&classes, &curves);
        let document = format!("<all>{drawings}</all>");
        let document = roxmltree::Document::parse(&document).unwrap();
        let drawn: Vec<String> = document
            .root_element()
            .children()
            .filter(roxmltree::Node::is_element)
            .map(|svg| {
                svg.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect()
            })
            .collect();
        assert_eq!(drawn.len(), 3);
        for (text, heading) in drawn.iter().zip(["a < b 81.2", "helmet –", "… 0.0"]) {
            assert!(text.contains(heading), "{text}");
            assert_eq!((text.matches("Recall").count(), text.matches("Precision").count()), (1, 1));
        }
        assert!(drawn[2].contains("longlong") && !drawings.contains(&"long".repeat(9)), "{drawings}");
        // Only the first has points.
        let curves: Vec<bool> = document
            .root_element()
            .children()
            .filter(roxmltree::Node::is_element)
            .map(|svg| svg.descendants().any(|node| node.attribute("stroke") == Some("#0072B2")))
            .collect();
        assert_eq!(curves, [true, false, false]);
    }

    #[test]
    fn of_very_many_classes_the_first_are_drawn() {
        assert_eq!(render(&[], &[]), "");
        let many: Vec<ClassPrecision> = (0..150).map(|n| class(&format!("class{n}"), None)).collect();
        let drawings = render(&many, &[]);
        assert_eq!(drawings.matches("<svg ").count(), MOST_CLASSES);
        assert!(drawings.contains("class99 ") && !drawings.contains("class100"));
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
