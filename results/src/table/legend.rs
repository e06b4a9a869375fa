//! What stands under the tables: the sources with their marks, and all they publish besides.

use crate::evidence::Verdict;
use crate::page::number::percent;
use crate::page::{Column, Grid, left};
use crate::paper::{Reference, Status, TableDefinition};

use super::structured;

/// What the intervals beside the means are.
pub const INTERVAL_MEANING: &str = "95 % CI: Student's confidence interval of the mean, which takes the \
                                    results of seeds as independent and normally distributed.";

/// The sources of one table.
pub struct Legend {
    /// One published value of each source, in the order of the marks.
    sources: Vec<&'static Reference>,
    /// All published values.
    values: Vec<&'static Reference>,
}

impl Legend {
    /// The sources of a table's published values, the most trusted first.
    pub fn of(definition: &TableDefinition) -> Legend {
        let values: Vec<&Reference> = definition.references().collect();
        let mut sources: Vec<&Reference> = Vec::new();
        for value in &values {
            if !sources.iter().any(|known| same_source(known, value)) {
                sources.push(value);
            }
        }
        Legend { sources, values }
    }

    /// Whether nothing is published.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether a value that a verdict may be given against also tells this quantity.
    pub fn tells(&self, quantity: fn(&Reference) -> Option<f64>) -> bool {
        self.values.iter().any(|value| value.is_comparable() && quantity(value).is_some())
    }

    /// The mark of a value's source: `[a]`.
    pub fn mark(&self, value: &Reference) -> String {
        let place = self.sources.iter().position(|known| same_source(known, value));
        format!("[{}]", place.map_or("?".to_string(), letters))
    }

    /// The meaning of columns, marks and verdicts.
    pub fn notes(&self, definition: &TableDefinition, measured: bool, judged: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if measured {
            let difference = " Diff: measured minus published, in points.";
            let flops = " Train ×, Infer. ×: FLOPs of training and of one forward pass, relative to the \
                         dense network.";
            notes.push(format!(
                "Measured: top-1 after the last epoch, mean ± sample standard deviation (number \
                 of trials).{}{}",
                if self.is_empty() { "" } else { difference },
                if definition.structured() { "" } else { flops },
            ));
        }
        if definition.structured() {
            notes.extend(structured::meaning(measured, judged));
        }
        if measured && !self.is_empty() {
            notes.push(Verdict::rule(judged));
        }
        if self.tells(|value| value.train_flops_ratio.or(value.inference_flops_ratio)) {
            let what = "FLOPs of training or of one forward pass, as the source counts them";
            notes.push(format!("Publ. ×: {what}, relative to the dense network."));
        }
        let some = |status| self.values.iter().any(|value| value.status == status);
        if some(Status::Secondary) {
            let digitised = if some(Status::Digitised) { ", or read off a figure" } else { "" };
            notes.push(format!("≈: second-hand, told by another text than the value's own{digitised}."));
        }
        notes.extend(self.sources.iter().map(|value| {
            let status = match value.status {
                Status::Read => "",
                Status::Secondary => "; second-hand",
                Status::Computed => "; computed",
                Status::Digitised => "; digitised",
            };
            let conditions = match value.conditions.as_str() {
                "" => String::new(),
                conditions => format!("; {conditions}, so not comparable"),
            };
            let Reference { source, location, .. } = value;
            format!("{} {source}, {location}{status}{conditions}", self.mark(value))
        }));
        notes
    }

    /// The published values that the table's own column does not show.
    pub fn further_values(&self, definition: &TableDefinition) -> Option<Grid> {
        let shown = |value: &Reference| {
            definition.rows.iter().any(|row| row.label == value.label)
                && definition
                    .level_published(value)
                    .filter(|level| definition.levels().any(|shown| shown == *level))
                    .and_then(|level| definition.published(&value.label, level))
                    .is_some_and(|preferred| std::ptr::eq(preferred, value))
        };
        let further: Vec<&Reference> = self.values.iter().copied().filter(|value| !shown(value)).collect();
        if definition.structured() {
            return (!further.is_empty()).then(|| structured::further_values(definition, self, &further));
        }
        let mut sparsities: Vec<f64> = definition.levels().collect();
        sparsities.retain(|sparsity| further.iter().any(|value| value.sparsity == Some(*sparsity)));
        let mut columns = vec![left("Also published"), left("Source")];
        columns.extend(sparsities.iter().map(|s| -> Column { left(percent(*s)) }));
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for value in &further {
            let head = [Some(value.label.clone()), Some(self.mark(value))];
            let at = rows.iter().position(|row| row[..2] == head).unwrap_or_else(|| {
                let mut row = vec![None; columns.len()];
                row[..2].clone_from_slice(&head);
                rows.push(row);
                rows.len() - 1
            });
            if let Some(column) = sparsities.iter().position(|s| Some(*s) == value.sparsity) {
                rows[at][2 + column] = value.top1_text();
            }
        }
        (!further.is_empty()).then(|| Grid { columns, blocks: vec![rows.into()] })
    }
}

/// The mark of the source at this place: `a` to `z`, then `aa`, `ab`.
fn letters(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    match at.checked_sub(26) {
        None => letter(at).to_string(),
        Some(beyond) => format!("{}{}", letter(beyond / 26), letter(at)),
    }
}

fn same_source(a: &Reference, b: &Reference) -> bool {
    (&a.source, &a.location, &a.conditions, a.status) == (&b.source, &b.location, &b.conditions, b.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::{catalogue::every_table, table};

    #[test]
    fn every_published_value_is_printed_once() {
        for definition in every_table() {
            let own = definition.rows.iter().flat_map(|row| {
                let levels = definition.levels().collect::<Vec<_>>();
                levels.into_iter().map(|level| definition.published(row.label, level))
            });
            let further = Legend::of(definition).further_values(definition).unwrap_or_default();
            let rows = further.blocks.iter().flat_map(|block| &block.rows);
            let values = match definition.structured() {
                true => rows.count(),
                false => rows.flat_map(|row| row[2..].iter().flatten()).count(),
            };
            assert_eq!(own.flatten().count() + values, definition.references().count(), "{}", definition.id);
        }
    }

    #[test]
    fn there_are_marks_for_more_sources_than_letters() {
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["a", "z", "aa", "az", "ba"]);
    }

    #[test]
    fn marks_follow_trust() {
        let definition = table("table3").unwrap();
        let legend = Legend::of(&definition);
        let mark = |label, sparsity| legend.mark(definition.published(label, sparsity).unwrap());
        assert_eq!(mark("RigL (ERK)", 0.8), "[a]");
        assert_eq!(mark("Dense", 0.0), "[b]");
        assert_eq!(mark("SET (ERK)", 0.9), "[d]");
        assert!(definition.published("IEE (ERK)", 0.9).is_none());
    }
}
