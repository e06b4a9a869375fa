//! A regression check as a page: what moved, the worst first, what else there is, and the rule.

use std::collections::BTreeMap;

use crate::compare::condition::{Condition, Labels};
use crate::compare::digits::p_value;
use crate::table::page::{Grid, Item, Page, left, right};
use crate::table::{markdown, text};

use super::check::{Check, Verdict};
use super::{Regression, rule};

/// Most new conditions that are named.
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

    /// What came of it, in a sentence.
    pub fn verdict(&self) -> String {
        let regressed = self.of(Verdict::Regressed).count();
        let conditions = count(self.conditions.len(), "condition");
        match regressed {
            0 => format!("No regression: {conditions} of the baseline hold."),
            n => {
                let hurt = self
                    .conditions
                    .iter()
                    .filter(|judged| judged.checks.iter().any(|check| check.verdict == Verdict::Regressed));
                format!("{} in {} of {conditions} of the baseline.", count(n, "regression"), hurt.count())
            }
        }
    }

    fn of(&self, verdict: Verdict) -> impl Iterator<Item = (&Condition, &Check)> {
        self.checks().filter(move |(_, check)| check.verdict == verdict)
    }

    fn page(&self, title: &str) -> Page {
        let known = self.conditions.iter().map(|judged| &judged.condition);
        let labels = Labels::of(known.chain(&self.new));
        let mut items = vec![Item::Paragraph(self.verdict())];
        if !labels.common().is_empty() {
            items.push(Item::Paragraph(format!("All trials: {}.", labels.common())));
        }
        let moved = self.moved();
        if !moved.is_empty() {
            items.push(Item::Grid(grid(&moved, &labels)));
            let reasons: Vec<String> = moved
                .iter()
                .filter(|(_, check)| check.verdict == Verdict::Regressed && !check.why.is_empty())
                .map(|(condition, check)| {
                    format!("{}, {}: {}.", labels.label(condition), check.quantity, check.why)
                })
                .collect();
            if !reasons.is_empty() {
                items.push(Item::Notes(reasons));
            }
        }
        items.push(Item::Notes(self.rest(&labels)));
        items.push(Item::Heading("The rule".to_string()));
        items.push(Item::Notes(rule::sentences(self.tests)));
        Page { title: title.to_string(), items }
    }

    /// The checks of which something is to be seen, the worst first.
    fn moved(&self) -> Vec<(&Condition, &Check)> {
        let is_seen = |verdict| matches!(verdict, Verdict::Regressed | Verdict::Noise | Verdict::Better);
        let mut moved: Vec<_> = self.checks().filter(|(_, check)| is_seen(check.verdict)).collect();
        moved.sort_by(|(_, a), (_, b)| {
            (a.verdict, a.kind).cmp(&(b.verdict, b.kind)).then(b.size.total_cmp(&a.size))
        });
        moved
    }

    /// What the grid does not show.
    fn rest(&self, labels: &Labels) -> Vec<String> {
        let mut notes = vec![format!("{} unchanged.", count(self.of(Verdict::Unchanged).count(), "check"))];
        let mut not_tested: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (_, check) in self.of(Verdict::NotTested) {
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
        if !self.new.is_empty() {
            let named = self.new.iter().take(MOST).map(|condition| labels.label(condition));
            let more = if self.new.len() > MOST { ", ..." } else { "" };
            let named = named.collect::<Vec<_>>().join(", ");
            let new = count(self.new.len(), "condition");
            notes.push(format!("{new} not in the baseline, so not checked: {named}{more}."));
        }
        notes
    }
}

fn grid(moved: &[(&Condition, &Check)], labels: &Labels) -> Grid {
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
