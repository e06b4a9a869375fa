//! The list of tables.

use std::sync::LazyLock;

use super::definition::TableDefinition;
use super::{fig3, fig5, mobilenet, sensitivity, table1, table2, table3, table4, table5};

/// No table has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no table {id:?}; the tables are {}", table_ids().join(", "))]
pub struct UnknownTable {
    /// What was asked for.
    pub id: String,
}

/// The ids of all tables.
pub fn table_ids() -> Vec<&'static str> {
    tables().iter().map(|definition| definition.id).collect()
}

/// The table of this id.
pub fn table(id: &str) -> Result<TableDefinition, UnknownTable> {
    let found = tables().iter().find(|definition| definition.id == id);
    found.cloned().ok_or_else(|| UnknownTable { id: id.to_string() })
}

/// The tables behind figures, which come last.
const BEHIND_FIGURES: usize = 2;

/// All tables: the paper's, then those beside them.
pub(super) fn tables() -> &'static [TableDefinition] {
    let all = definitions();
    &all[..all.len() - BEHIND_FIGURES]
}

/// The tables, and last those behind the figures that have no table of their own.
pub(crate) fn definitions() -> &'static [TableDefinition] {
    static ALL: LazyLock<Vec<TableDefinition>> = LazyLock::new(|| {
        vec![
            table1::definition(),
            table2::definition(),
            table3::definition(),
            table4::definition(),
            table5::definition(),
            mobilenet::definition(),
            sensitivity::definition(),
            fig3::definition(),
            fig5::definition(),
        ]
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::reference::references;

    use super::*;

    #[test]
    fn an_unknown_table_is_answered_with_the_known_ones() {
        assert_eq!(table("table3").unwrap().title, table3::definition().title);
        let message = table("table9").unwrap_err().to_string();
        assert_eq!(
            message,
            "there is no table \"table9\"; the tables are table1, table2, table3, table4, table5, mobilenet, sensitivity"
        );
    }

    #[test]
    fn every_published_value_is_used_by_a_table_or_a_figure() {
        for row in references() {
            let definition = definitions().iter().find(|definition| definition.id == row.table).unwrap();
            let used = definition.references().any(|used| std::ptr::eq(used, row));
            assert!(used, "{} of {}", row.label, row.source);
        }
    }

    #[test]
    fn labels_of_published_values_fit_the_rows_method() {
        for definition in definitions() {
            for row in &definition.rows {
                for value in definition.references().filter(|value| value.label == row.label) {
                    assert!(row.method.is_none_or(|method| method == value.method), "{}", row.label);
                    let distributions = [row.distribution.unwrap_or(&value.distribution), ""];
                    assert!(distributions.contains(&value.distribution.as_str()), "{}", row.label);
                }
            }
        }
    }

    #[test]
    fn no_two_rows_of_a_table_are_the_same() {
        for definition in definitions() {
            let mut labels = HashSet::new();
            let mut runs = HashSet::new();
            for row in &definition.rows {
                assert!(labels.insert(row.label), "{} twice in {}", row.label, definition.id);
                let run = (row.method, row.distribution, row.settings, row.pretrained);
                assert!(row.method.is_none() || runs.insert(run), "{} in {}", row.label, definition.id);
            }
        }
    }

    #[test]
    fn every_row_has_a_line() {
        for definition in definitions() {
            for row in &definition.rows {
                let lines = definition.levels().filter(|level| definition.has_line(row, *level));
                assert!(lines.count() > 0, "{} of {}", row.label, definition.id);
            }
        }
    }
}
