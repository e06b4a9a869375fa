//! Latencies over channels, one small drawing per convolution: the steps down which pruning goes.

use plotters::prelude::*;

use super::canvas::{Area, Failure};

/// One drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Staircase {
    /// Its title.
    pub title: String,
    /// Channels and milliseconds, channels rising.
    pub steps: Vec<(usize, f64)>,
}

/// Drawings beside each other.
const COLUMNS: usize = 4;
/// Size of a drawing, pixels.
const SIZE: (u32, u32) = (310, 230);
const TITLE: u32 = 36;

/// Draws `staircases` under a title, as SVG that needs no network; those without a step are left out.
pub fn render_staircases(title: &str, staircases: &[Staircase]) -> String {
    let staircases: Vec<&Staircase> = staircases.iter().filter(|stairs| !stairs.steps.is_empty()).collect();
    let mut text = String::new();
    draw(&mut text, title, &staircases).expect("a string takes every byte");
    text
}

fn draw(text: &mut String, title: &str, staircases: &[&Staircase]) -> Result<(), Failure> {
    let rows = staircases.len().div_ceil(COLUMNS).max(1);
    let size = (COLUMNS as u32 * SIZE.0, TITLE + rows as u32 * SIZE.1);
    let root = SVGBackend::with_string(text, size).into_drawing_area();
    root.fill(&WHITE)?;
    root.draw(&Text::new(title.to_string(), (12, 10), ("sans-serif", 17)))?;
    for (at, stairs) in staircases.iter().enumerate() {
        let corner = ((at % COLUMNS) as i32 * SIZE.0 as i32, (TITLE + (at / COLUMNS) as u32 * SIZE.1) as i32);
        panel(&root.clone().shrink(corner, SIZE), stairs)?;
    }
    root.present()
}

fn panel(area: &Area, stairs: &Staircase) -> Result<(), Failure> {
    let points = stairs.steps.iter().map(|(channels, milliseconds)| (*channels as f64, *milliseconds));
    let points: Vec<(f64, f64)> = points.collect();
    let most = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .caption(&stairs.title, ("sans-serif", 14))
        .x_label_area_size(34)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..1.05 * most(|point| point.0), 0.0..1.1 * most(|point| point.1))?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_labels(5)
        .y_labels(5)
        .label_style(("sans-serif", 12))
        .x_desc("output channels")
        .y_desc("ms")
        .x_label_formatter(&|channels| format!("{channels:.0}"))
        .y_label_formatter(&|milliseconds| format!("{milliseconds:.3}"))
        .draw()?;
    chart.draw_series([PathElement::new(points.clone(), BLUE.stroke_width(1))])?;
    chart.draw_series(points.iter().map(|point| Circle::new(*point, 2, BLUE.filled())))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_staircase_has_its_title_and_a_mark_for_each_step() {
        let stairs =
            |title: &str, steps: &[(usize, f64)]| Staircase { title: title.into(), steps: steps.into() };
        let five = vec![stairs("a < b", &[(8, 0.5), (16, 1.0), (24, 1.25)]); 5];
        let svg = render_staircases("a device", &[five, vec![stairs("stepless", &[])]].concat());
        assert!(svg.starts_with("<svg") && svg.contains("a device") && !svg.contains("stepless"), "{svg}");
        assert_eq!((svg.matches("a &lt; b").count(), svg.matches("<circle").count()), (5, 15));
        assert!(svg.contains(&format!("height=\"{}\"", 36 + 2 * 230)), "two rows");
        assert!(render_staircases("empty", &[]).contains("empty"));
    }
}
