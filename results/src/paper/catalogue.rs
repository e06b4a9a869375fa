//! Tables and figures by their ids.

use std::sync::LazyLock;

use super::figure::FigureDefinition;
use super::table::TableDefinition;
use super::{figures, tables};

/// No table has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no table {id:?}; the tables are {}", table_ids().join(", "))]
pub struct UnknownTable {
    /// What was asked for.
    pub id: String,
}

/// No figure has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no figure {id:?}; the figures are {}", figure_ids().join(", "))]
pub struct UnknownFigure {
    /// What was asked for.
    pub id: String,
}

/// The ids of all tables, the paper's first.
pub fn table_ids() -> Vec<&'static str> {
    tables().iter().map(|table| table.id).collect()
}

/// The table of this id.
pub fn table(id: &str) -> Result<TableDefinition, UnknownTable> {
    let found = tables().iter().find(|table| table.id == id);
    found.cloned().ok_or_else(|| UnknownTable { id: id.to_string() })
}

/// The ids of all figures.
pub fn figure_ids() -> Vec<&'static str> {
    figures().iter().map(|figure| figure.id).collect()
}

/// The figure of this id.
pub fn figure(id: &str) -> Result<FigureDefinition, UnknownFigure> {
    let found = figures().iter().find(|figure| figure.id == id);
    found.cloned().ok_or_else(|| UnknownFigure { id: id.to_string() })
}

/// The tables, and after them those that only figures have.
pub fn every_table() -> &'static [TableDefinition] {
    static EVERY: LazyLock<Vec<TableDefinition>> = LazyLock::new(|| {
        let mut every = tables().to_vec();
        for figure in figures() {
            if every.iter().all(|table| table.id != figure.table.id) {
                every.push(figure.table.clone());
            }
        }
        every
    });
    &EVERY
}

/// The paper's tables, then those beside them.
fn tables() -> &'static [TableDefinition] {
    static TABLES: LazyLock<Vec<TableDefinition>> = LazyLock::new(|| {
        let mut tables: Vec<TableDefinition> = tables::all().into_iter().map(|(_, table)| table).collect();
        tables.sort_by_key(|table| !table.of_paper);
        tables
    });
    &TABLES
}

fn figures() -> &'static [FigureDefinition] {
    static FIGURES: LazyLock<Vec<FigureDefinition>> =
        LazyLock::new(|| figures::all().into_iter().map(|(_, figure)| figure).collect());
    &FIGURES
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::paper::published_values;

    use super::*;

    /// The order is that of the files, the paper's first, whatever else is added.
    #[test]
    fn an_unknown_id_is_answered_with_the_known_ones() {
        let known = ["table1", "table2", "table3", "table4", "table5", "mobilenet", "sensitivity"];
        let ids = table_ids();
        assert!(known.iter().map(|id| ids.iter().position(|other| other == id).unwrap()).is_sorted());
        let message = table("nonesuch").unwrap_err().to_string();
        assert_eq!(message, format!("there is no table \"nonesuch\"; the tables are {}", ids.join(", ")));

        let ids = figure_ids();
        let known = ["fig3", "fig3-resnet50", "fig5"];
        assert!(known.iter().map(|id| ids.iter().position(|other| other == id).unwrap()).is_sorted());
        let message = figure("nonesuch").unwrap_err().to_string();
        assert_eq!(message, format!("there is no figure \"nonesuch\"; the figures are {}", ids.join(", ")));
    }

    /// A table or a figure costs its file and the line that names it: its id, its entry in every list and its
    /// target in the Makefile follow.
    #[test]
    fn a_file_is_named_as_what_it_defines() {
        let id = |file: &str| file.replace('_', "-");
        for (file, definition) in tables::all() {
            assert_eq!(definition.id, id(file));
            assert_eq!(table(definition.id).unwrap().title, definition.title);
            assert!(table_ids().contains(&definition.id));
        }
        for (file, definition) in figures::all() {
            assert_eq!(definition.id, id(file));
            assert_eq!(figure(definition.id).unwrap().title, definition.title);
            assert!(figure_ids().contains(&definition.id));
        }
    }

    #[test]
    fn every_published_value_is_used_by_a_table_or_a_figure() {
        for row in published_values() {
            let definition = every_table().iter().find(|definition| definition.id == row.table).unwrap();
            let used = definition.published_values().any(|used| std::ptr::eq(used, row));
            assert!(used, "{} of {}", row.label, row.source);
        }
    }

    #[test]
    fn labels_of_published_values_fit_the_rows_method() {
        for definition in every_table() {
            for row in &definition.rows {
                for value in definition.published_values().filter(|value| value.label == row.label) {
                    assert!(row.method.is_none_or(|method| method == value.method), "{}", row.label);
                    let distributions = [row.distribution.unwrap_or(&value.distribution), ""];
                    assert!(distributions.contains(&value.distribution.as_str()), "{}", row.label);
                }
            }
        }
    }

    #[test]
    fn no_two_rows_of_a_table_are_the_same() {
        for definition in every_table() {
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
    fn every_row_is_shown_at_a_level() {
        for definition in every_table() {
            for row in &definition.rows {
                let shown = definition.levels().filter(|level| definition.has_row(row, *level));
                assert!(shown.count() > 0, "{} of {}", row.label, definition.id);
            }
        }
    }
}
