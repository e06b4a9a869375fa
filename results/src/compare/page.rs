//! A comparison as a page: one table per quantity, what only one side has, and how it was computed.

use crate::evidence::condition::Condition;
use crate::evidence::condition_labels::ConditionLabels;
use crate::page::number::{accuracy, decimals, p_value};
use crate::page::{Grid, Page, PageItem, left, markdown, right, text};
use crate::statistics::Summary;

use super::Comparison;
use super::measured::{ComparedQuantity, ComparedRow, quantities};

/// Most conditions of one side that are named.
const MOST: usize = 40;

impl Comparison<'_> {
    /// The page as text for a terminal.
    pub fn text(&self) -> String {
        text::page(&self.page())
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        markdown::page(&self.page())
    }

    fn page(&self) -> Page {
        let matched: Vec<&Condition> = self.rows.iter().map(|row| &row.condition).collect();
        let labels = ConditionLabels::of(matched.into_iter());
        let mut items = vec![PageItem::Notes(self.subject(&labels))];
        for quantity in &quantities() {
            let rows: Vec<&ComparedRow> =
                self.rows.iter().filter(|row| row.quantity.column == quantity.column).collect();
            if !rows.is_empty() {
                items.push(PageItem::Heading(format!("{} ({})", quantity.title, quantity.column)));
                items.push(PageItem::Grid(grid(quantity, &rows, &labels)));
            }
        }
        if self.rows.is_empty() {
            items.push(PageItem::Paragraph("No quantity was measured on both sides.".to_string()));
        }
        for (name, alone) in ["A", "B"].iter().zip(&self.alone).filter(|(_, alone)| !alone.is_empty()) {
            items.push(PageItem::Heading(format!("Only in {name}: {}", alone.len())));
            let mut said: Vec<String> = alone
                .iter()
                .take(MOST)
                .map(|(condition, n)| format!("{} ({n})", condition.label()))
                .collect();
            if alone.len() > MOST {
                said.push(format!("and {} more", alone.len() - MOST));
            }
            items.push(PageItem::Notes(said));
        }
        if !self.remarks.is_empty() {
            items.push(PageItem::Heading("Remarks".to_string()));
            items.push(PageItem::Notes(self.remarks.clone()));
        }
        if !self.more_seeds.is_empty() {
            items.push(PageItem::Heading("More seeds".to_string()));
            items.push(PageItem::Notes(self.more_seeds.clone()));
        }
        items.push(PageItem::Notes(self.rule()));
        Page { title: "Comparison of B with A".to_string(), items, ..Page::default() }
    }

    /// What the sides are, and what may differ between them.
    fn subject(&self, labels: &ConditionLabels) -> Vec<String> {
        let side = |name: &str, at: usize| {
            let side = &self.sides[at];
            format!("{name}: {} ({} records)", side.selection.text(), side.records.len())
        };
        let mut said = vec![side("A", 0), side("B", 1)];
        if !self.ignored.is_empty() {
            said.push(format!("Compared across: {}", self.ignored.join(", ")));
        }
        if !labels.common().is_empty() {
            said.push(format!("Common to all compared trials: {}", labels.common()));
        }
        said
    }

    /// How it was computed.
    fn rule(&self) -> Vec<String> {
        let tests = self.rows.iter().filter(|row| row.p.is_some()).count();
        let percent = Summary::CONFIDENCE * 100.0;
        let unit = if tests == 1 { "test" } else { "tests" };
        let untested = self.rows.iter().any(|row| !row.quantity.is_tested);
        let untested =
            if untested { " Quantities that say much the same as mAP are not tested." } else { "" };
        vec![
            format!(
                "Conditions found on both sides: {}. Numbers of trials are in parentheses.",
                self.matched
            ),
            format!(
                "Differences are B - A, ratios are B / A of geometric means, with {percent}% confidence \
                 intervals that allow for unequal variances; a side with a single trial is assumed to have the \
                 variance of the other."
            ),
            match tests {
                0 => {
                    format!("No row allows a test, which needs two different results on one side.{untested}")
                }
                _ => format!(
                    "p: two-sided Welch's t-test, Holm-adjusted for the {tests} {unit} of this comparison. p \
                     (ranks): Mann-Whitney U test, which assumes no distribution, not adjusted.{untested}"
                ),
            },
        ]
    }
}

fn grid(quantity: &ComparedQuantity, rows: &[&ComparedRow], labels: &ConditionLabels) -> Grid {
    let effect = if quantity.is_ratio { "Ratio" } else { "Difference" };
    let columns = vec![
        left("Condition"),
        right("A (n)"),
        right("B (n)"),
        right(effect),
        left("95% interval"),
        right("p"),
        right("p (ranks)"),
    ];
    let number = |value: f64| if quantity.is_ratio { format!("{value:.4}") } else { format!("{value:+.2}") };
    let row = |row: &&ComparedRow| {
        let side = |at: usize| {
            let side = row.sides[at];
            if quantity.is_ratio { plain(side.mean, side.deviation, side.n) } else { accuracy(side) }
        };
        vec![
            Some(labels.label(&row.condition)),
            Some(side(0)),
            Some(side(1)),
            Some(number(row.effect)),
            row.interval.map(|(low, high)| format!("{} to {}", number(low), number(high))),
            row.adjusted.map(p_value),
            row.ranks.map(p_value),
        ]
    };
    Grid { columns, blocks: vec![rows.iter().map(row).collect::<Vec<_>>().into()] }
}

/// A mean with its deviation, in four digits.
fn plain(mean: f64, deviation: Option<f64>, n: usize) -> String {
    let decimals = decimals(mean);
    match deviation {
        Some(deviation) => format!("{mean:.decimals$} ± {deviation:.decimals$} ({n})"),
        None => format!("{mean:.decimals$} ({n})"),
    }
}
