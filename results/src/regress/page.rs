//! A regression check as a page: what moved, the worst first, what else there is, and the rule.

use std::collections::BTreeMap;

use crate::evidence::condition::Condition;
use crate::evidence::condition_labels::ConditionLabels;
use crate::page::number::p_value;
use crate::page::{Grid, Page, PageItem, left, markdown, right, text};

use super::check::{Check, CheckKind, CheckOutcome};
use super::{Judged, Regression, rule};

/// Most new conditions, and most rows that were left out, that are named.
const MOST: usize = 20;

impl Regression {
    /// The page as text for a terminal.
    pub fn text(&self, title: &str) -> String {
        text::page(&self.page(title))
    }

    /// The page as Markdown.
    pub fn markdown(&self, title: &str) -> String {
        markdown::page(&self.page(title))
    }

    /// The outcome, in a sentence.
    pub fn verdict(&self) -> String {
        let regressed = self.of(CheckOutcome::Regressed).count();
        let conditions = count(self.conditions.len(), "condition");
        let hurt = |verdict| {
            let is_hurt = |judged: &&Judged| judged.checks.iter().any(|check| check.verdict == verdict);
            self.conditions.iter().filter(is_hurt).count()
        };
        let mut said = match (regressed, hurt(CheckOutcome::NotTested)) {
            (0, 0) => format!("No regression: {conditions} of the baseline checked."),
            (0, n) => {
                format!("No regression: {conditions} of the baseline checked, {n} of them only in part.")
            }
            (n, _) => {
                let hurt = hurt(CheckOutcome::Regressed);
                format!("{} in {hurt} of {conditions} of the baseline.", count(n, "regression"))
            }
        };
        if !self.left_out.is_empty() {
            let rows = count(self.left_out.len(), "row");
            said = format!("The records are damaged: {rows} had to be excluded. {said}");
        }
        said
    }

    fn of(&self, verdict: CheckOutcome) -> impl Iterator<Item = (&Condition, &Check)> {
        self.checks().filter(move |(_, check)| check.verdict == verdict)
    }

    fn page(&self, title: &str) -> Page {
        let known = self.conditions.iter().map(|judged| &judged.condition);
        let labels = ConditionLabels::of(known.chain(&self.new));
        let mut items = vec![PageItem::Paragraph(self.verdict())];
        if !self.left_out.is_empty() {
            let mut said: Vec<String> = self.left_out.iter().take(MOST).cloned().collect();
            if self.left_out.len() > MOST {
                said.push(format!("and {} more", self.left_out.len() - MOST));
            }
            items.push(PageItem::Notes(said));
        }
        if !labels.common().is_empty() {
            items.push(PageItem::Paragraph(format!("Common to all trials: {}.", labels.common())));
        }
        let moved = self.moved();
        if !moved.is_empty() {
            items.push(PageItem::Grid(grid(&moved, &labels)));
            let reasons: Vec<String> = moved
                .iter()
                .filter(|(_, check)| check.verdict == CheckOutcome::Regressed && !check.why.is_empty())
                .map(|(condition, check)| {
                    format!("{}, {}: {}.", labels.label(condition), check.quantity, check.why)
                })
                .collect();
            if !reasons.is_empty() {
                items.push(PageItem::Notes(reasons));
            }
        }
        items.push(PageItem::Notes(self.rest(&labels)));
        items.push(PageItem::Heading("Decision rule".to_string()));
        items.push(PageItem::Notes(rule::sentences(self.tests)));
        Page { title: title.to_string(), items, ..Page::default() }
    }

    /// The minimum detectable drop with these seeds: of the steadiest condition and of the noisiest.
    fn least_drop(&self, labels: &ConditionLabels) -> Option<String> {
        let confidence = 1.0 - 2.0 * rule::ALPHA / self.tests.max(1) as f64;
        let mut sure: Vec<(f64, &Condition)> = self
            .checks()
            .filter_map(|(condition, check)| {
                let (low, high) = check.welch?.interval(confidence);
                Some((((high - low) / 2.0).max(rule::MARGIN), condition))
            })
            .collect();
        sure.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (least, steady) = sure.first()?;
        let (most, unsteady) = sure.last()?;
        Some(format!(
            "Minimum detectable drop with these seeds: from {least:.1} points ({}) to {most:.1} points ({}).",
            labels.label(steady),
            labels.label(unsteady)
        ))
    }

    /// The checks worth showing, the worst first.
    fn moved(&self) -> Vec<(&Condition, &Check)> {
        let is_seen =
            |verdict| matches!(verdict, CheckOutcome::Regressed | CheckOutcome::Noise | CheckOutcome::Better);
        let mut moved: Vec<_> = self.checks().filter(|(_, check)| is_seen(check.verdict)).collect();
        moved.sort_by(|(_, a), (_, b)| {
            (a.verdict, a.kind).cmp(&(b.verdict, b.kind)).then(b.size.total_cmp(&a.size))
        });
        moved
    }

    /// What the grid does not show.
    fn rest(&self, labels: &ConditionLabels) -> Vec<String> {
        let mut notes =
            vec![format!("{} unchanged.", count(self.of(CheckOutcome::Unchanged).count(), "check"))];
        let mut not_tested: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (_, check) in
            self.of(CheckOutcome::NotTested).filter(|(_, check)| check.kind != CheckKind::Trials)
        {
            *not_tested.entry((check.quantity, &check.why)).or_default() += 1;
        }
        notes.extend(not_tested.into_iter().map(|((quantity, why), n)| {
            format!("{quantity} of {} not tested: {why}.", count(n, "condition"))
        }));
        let fewer =
            self.conditions.iter().filter(|judged| judged.trials.1 > 0 && judged.trials.1 < judged.trials.0);
        let fewer: Vec<String> = fewer
            .map(|judged| {
                let (before, now) = judged.trials;
                format!("{} ({now} of {before})", labels.label(&judged.condition))
            })
            .collect();
        if !fewer.is_empty() {
            notes.push(format!("Fewer trials than in the baseline: {}.", fewer.join(", ")));
        }
        notes.extend(self.least_drop(labels));
        notes.extend(self.conditions.iter().filter_map(|judged| {
            let (before, now) = judged.choices.as_ref()?;
            let label = labels.label(&judged.condition);
            Some(format!("Chosen by the harness for {label}: {now}; in the baseline: {before}."))
        }));
        if !self.new.is_empty() {
            let named = self.new.iter().take(MOST).map(|condition| labels.label(condition));
            let more = if self.new.len() > MOST { ", ..." } else { "" };
            let named = named.collect::<Vec<_>>().join(", ");
            let new = count(self.new.len(), "condition");
            notes.push(format!("{new} not in the baseline and not checked: {named}{more}."));
        }
        notes
    }
}

fn grid(moved: &[(&Condition, &Check)], labels: &ConditionLabels) -> Grid {
    let columns = vec![
        left(""),
        left("Condition"),
        left("Quantity"),
        right("Baseline (n)"),
        right("Now (n)"),
        right("Change"),
        right("p"),
    ];
    let said = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let row = |(condition, check): &(&Condition, &Check)| {
        vec![
            Some(check.verdict.to_string()),
            Some(labels.label(condition)),
            said(check.quantity),
            said(&check.baseline),
            said(&check.now),
            said(&check.change),
            check.test.map(|test| p_value(test.adjusted)),
        ]
    };
    let blocks = moved.chunk_by(|(_, a), (_, b)| a.verdict == b.verdict);
    Grid { columns, blocks: blocks.map(|rows| rows.iter().map(row).collect::<Vec<_>>().into()).collect() }
}

/// A number of things: `1 check`, `3 checks`.
fn count(n: usize, of: &str) -> String {
    format!("{n} {of}{}", if n == 1 { "" } else { "s" })
}
