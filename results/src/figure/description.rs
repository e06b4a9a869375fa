//! What a drawing shows, in words, for readers who cannot see it.

use crate::paper::Panel;

use super::chart::{Chart, Point};

/// Series of a panel that are described.
const MOST_SERIES: usize = 12;

/// Describes every panel: axes with units, and for each series its first and last point.
pub fn write(chart: &Chart) -> String {
    let mut sentences = vec![chart.worth.clone()];
    if chart.points.is_empty() {
        sentences.push("The figure has no points.".to_string());
        return sentences.join(" ");
    }
    sentences.extend(chart.panels.iter().map(|panel| describe(chart, *panel)));
    sentences.join(" ")
}

fn describe(chart: &Chart, panel: Panel) -> String {
    let mut told: Vec<String> = Vec::new();
    for (at, series) in chart.series.iter().enumerate() {
        for measured in [true, false] {
            let of = |point: &&Point| point.series == at && point.is_measured() == measured;
            let mut points: Vec<&Point> = chart.in_panel(panel).filter(of).collect();
            points.sort_by(|a, b| a.x.total_cmp(&b.x));
            let kind = if measured { "" } else { " (published)" };
            if let Some(text) = course(&points) {
                told.push(format!("{}{kind} {text}", series.name()));
            }
        }
    }
    let further = told.len().saturating_sub(MOST_SERIES);
    told.truncate(MOST_SERIES);
    if further > 0 {
        told.push(format!("{further} further series"));
    }
    let (title, up, across) = (chart.title(panel), chart.up(panel), panel.across());
    let mut text = format!("{title}; vertical axis: {up}; horizontal axis: {across}. {}.", told.join("; "));
    let on_front = list(chart, panel, |point| point.on_front == Some(true));
    text.extend(on_front.map(|points| format!(" On the Pareto front: {points}.")));
    let doubtful = list(chart, panel, |point| point.is_doubtful());
    let left_out = if panel.has_front() { ", not part of the Pareto front" } else { "" };
    text.extend(doubtful.map(|points| format!(" Invalid FPS measurements{left_out}: {points}.")));
    let unlearned = list(chart, panel, |point| point.learnt_nothing());
    text.extend(unlearned.map(|points| format!(" Did not learn{left_out}: {points}.")));
    text
}

/// Names some points of a panel.
fn list(chart: &Chart, panel: Panel, named: impl Fn(&Point) -> bool) -> Option<String> {
    let name = |point: &Point| format!("{} at {}", chart.series[point.series].label, number(point.x));
    let names: Vec<String> = chart.in_panel(panel).filter(|point| named(point)).map(name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The first and the last point, and the extremes between them.
fn course(points: &[&Point]) -> Option<String> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() == 1 {
        return Some(format!("{} at {}", number(first.y), number(first.x)));
    }
    let mut text = format!(
        "from {} at {} to {} at {}",
        number(first.y),
        number(first.x),
        number(last.y),
        number(last.x)
    );
    let least = points.iter().min_by(|a, b| a.y.total_cmp(&b.y))?;
    let most = points.iter().max_by(|a, b| a.y.total_cmp(&b.y))?;
    for (what, point) in [("lowest", least), ("highest", most)] {
        if point.y != first.y && point.y != last.y {
            text.push_str(&format!(", {what} {} at {}", number(point.y), number(point.x)));
        }
    }
    Some(text)
}

/// A number with three digits or more.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}
