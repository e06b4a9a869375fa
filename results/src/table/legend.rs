//! What stands under the tables: the sources with their marks, and all they publish besides.

use crate::reference::{Reference, Status};

use super::definition::TableDefinition;
use super::number::percent;
use super::page::{Column, Grid, left};
use super::verdict::Verdict;

/// The sources of one table.
pub struct Legend {
    /// One published value of each source, in the order of the marks.
    sources: Vec<&'static Reference>,
}

impl Legend {
    /// The sources of a table's published values, the most trusted first.
    pub fn of(definition: &TableDefinition) -> Legend {
        let mut sources: Vec<&Reference> = Vec::new();
        for row in definition.references() {
            if !sources.iter().any(|known| same_source(known, row)) {
                sources.push(row);
            }
        }
        Legend { sources }
    }

    /// The mark of a value's source: `[a]`.
    pub fn mark(&self, value: &Reference) -> String {
        let place = self.sources.iter().position(|known| same_source(known, value));
        let letter = place.map_or('?', |at| (b'a' + (at % 26) as u8) as char);
        format!("[{letter}]")
    }

    /// The meaning of columns, marks and verdicts.
    pub fn notes(&self, measured: bool, judged: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if measured {
            notes.push(
                "Measured: top-1 after the last epoch, mean ± sample standard deviation (number \
                 of trials). Diff: measured minus published, in points. Train ×, Infer. ×: FLOPs \
                 of training and of one forward pass, relative to the dense network."
                    .to_string(),
            );
        }
        if judged {
            notes.push(Verdict::rule());
        }
        notes.extend(self.sources.iter().map(|value| {
            let status = match value.status {
                Status::Read => "",
                Status::Secondary => "; second-hand",
                Status::Computed => "; computed",
            };
            let conditions = match value.conditions.as_str() {
                "" => String::new(),
                conditions => format!("; {conditions}, so no verdict"),
            };
            let Reference { source, location, .. } = value;
            format!("{} {source}, {location}{status}{conditions}", self.mark(value))
        }));
        notes
    }

    /// The published values that the table's own column does not show.
    pub fn further_values(&self, definition: &TableDefinition) -> Grid {
        let shown = |value: &Reference| {
            definition.rows.iter().any(|row| row.label == value.label)
                && definition
                    .published(&value.label, value.sparsity)
                    .is_some_and(|preferred| std::ptr::eq(preferred, value))
        };
        let mut sparsities = vec![0.0];
        sparsities.extend(&definition.sparsities);
        let mut columns = vec![left("Also published"), left("Source")];
        columns.extend(sparsities.iter().map(|s| -> Column { left(percent(*s)) }));
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for value in definition.references().filter(|value| !shown(value)) {
            let head = [Some(value.label.clone()), Some(self.mark(value))];
            let at = rows.iter().position(|row| row[..2] == head).unwrap_or_else(|| {
                let mut row = vec![None; columns.len()];
                row[..2].clone_from_slice(&head);
                rows.push(row);
                rows.len() - 1
            });
            if let Some(column) = sparsities.iter().position(|s| *s == value.sparsity) {
                rows[at][2 + column] = Some(value.top1_text());
            }
        }
        Grid { columns, blocks: vec![rows] }
    }
}

fn same_source(a: &Reference, b: &Reference) -> bool {
    (&a.source, &a.location, &a.conditions, a.status) == (&b.source, &b.location, &b.conditions, b.status)
}

#[cfg(test)]
mod tests {
    use super::super::definition::table;
    use super::*;

    #[test]
    fn every_published_value_is_printed_once() {
        let definition = table("table3").unwrap();
        let own = definition.rows.iter().flat_map(|row| {
            let sparsities = [0.0, 0.8, 0.9, 0.95];
            sparsities.map(|sparsity| definition.published(row.label, sparsity))
        });
        let further = Legend::of(&definition).further_values(&definition);
        let cells = further.blocks[0].iter().flat_map(|row| row[2..].iter().flatten());
        assert_eq!(own.flatten().count() + cells.count(), definition.references().count());
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
