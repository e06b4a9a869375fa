//! What a table shows, as data, and the list of tables.

use crate::reference::{Reference, references};

use super::table3;

/// One table of the paper.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it shows and where it comes from.
    pub title: &'static str,
    /// The suite whose records it shows.
    pub suite: &'static str,
    /// The real data set of the published values.
    pub dataset: &'static str,
    /// The network of the published values.
    pub model: &'static str,
    /// The methods, in the order of the table.
    pub rows: Vec<RowDefinition>,
    /// The sparsities, each a block of lines.
    pub sparsities: Vec<f64>,
    /// What a reader must know before reading the numbers.
    pub notes: Vec<&'static str>,
}

/// One method of a table.
#[derive(Clone, Debug)]
pub struct RowDefinition {
    /// Key of the method in records.
    pub method: &'static str,
    /// The method's name.
    pub name: &'static str,
    /// The row's label: the name, with the distribution where the paper prints it.
    pub label: &'static str,
    /// The distribution whose records belong here; `None` for the dense network, which has
    /// neither sparsity nor distribution.
    pub distribution: Option<&'static str>,
}

impl TableDefinition {
    /// The published values of this table at its sparsities, the preferred ones first.
    pub fn references(&self) -> impl Iterator<Item = &'static Reference> {
        references().iter().filter(|row| {
            let shown = row.sparsity == 0.0 || self.sparsities.contains(&row.sparsity);
            row.table == self.id && row.suite == self.suite && row.model == self.model && shown
        })
    }

    /// The preferred published value of a row at a sparsity.
    pub fn published(&self, label: &str, sparsity: f64) -> Option<&'static Reference> {
        self.references().find(|row| row.label == label && row.sparsity == sparsity)
    }
}

/// No table has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no table {id:?}; the tables are {}", table_ids().join(", "))]
pub struct UnknownTable {
    /// What was asked for.
    pub id: String,
}

/// The ids of all tables.
pub fn table_ids() -> Vec<&'static str> {
    definitions().iter().map(|definition| definition.id).collect()
}

/// The table of this id.
pub fn table(id: &str) -> Result<TableDefinition, UnknownTable> {
    let found = definitions().into_iter().find(|definition| definition.id == id);
    found.ok_or_else(|| UnknownTable { id: id.to_string() })
}

fn definitions() -> Vec<TableDefinition> {
    vec![table3::definition()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_table_is_answered_with_the_known_ones() {
        assert_eq!(table("table3").unwrap().title, table3::definition().title);
        let message = table("table9").unwrap_err().to_string();
        assert_eq!(message, "there is no table \"table9\"; the tables are table3");
    }

    #[test]
    fn every_published_value_is_used_by_a_table() {
        for row in references() {
            let definition = table(&row.table).unwrap();
            let used = definition.references().any(|used| std::ptr::eq(used, row));
            assert!(used, "{} at {} of {}", row.label, row.sparsity, row.source);
        }
    }

    #[test]
    fn labels_of_published_values_fit_the_rows_method() {
        for definition in definitions() {
            for row in &definition.rows {
                for value in definition.references().filter(|value| value.label == row.label) {
                    assert_eq!(value.method, row.method, "{}", row.label);
                }
            }
        }
    }
}
