//! What the page says of all records together, computed once for all of its sections.

use records::Record;

use crate::evidence::group::groups;
use crate::paper::{TableDefinition, table, table_ids};

use super::best::{Best, best};
use super::summary::Verdicts;

/// What is said of some records.
pub struct Evaluated {
    /// The tables that have records of today's definitions, with how their rows were judged.
    pub with: Vec<(TableDefinition, Verdicts)>,
    /// The other tables.
    pub without: Vec<TableDefinition>,
    /// The best methods of every group and level.
    pub best: Vec<Best>,
}

impl Evaluated {
    /// What is said of records in all tables.
    pub fn of(records: &[Record]) -> Evaluated {
        Evaluated::in_tables(table_ids().into_iter().filter_map(|id| table(id).ok()).collect(), records)
    }

    /// What is said of records in some tables.
    pub fn in_tables(tables: Vec<TableDefinition>, records: &[Record]) -> Evaluated {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for definition in tables {
            let groups = groups(&definition, records);
            match groups.iter().any(|group| !group.records.is_empty()) {
                true => {
                    let verdicts = Verdicts::of(&definition, &groups);
                    with.push((definition, verdicts));
                }
                false => without.push(definition),
            }
        }
        Evaluated { with, without, best: best(records) }
    }
}
