//! Rows that belong together in a printed table.

use crate::evidence::paired::Differences;
use crate::evidence::table_row::TableRow;
use crate::paper::{Grouping, TableDefinition};

/// Rows under one heading.
#[derive(Debug)]
pub struct RowBlock<'l, 'a> {
    /// What the rows have in common, where the rows themselves do not show it.
    pub heading: Option<String>,
    /// The rows.
    pub rows: Vec<&'l TableRow<'a>>,
}

/// The rows of a table in blocks; blocks without rows are left out.
///
/// Rows of one level stay together even if nothing is known of them. Between blocks of equal
/// cost a row about which nothing was published or measured has no place; see [`empty`].
pub fn blocks<'l, 'a>(definition: &TableDefinition, rows: &'l [TableRow<'a>]) -> Vec<RowBlock<'l, 'a>> {
    let mut blocks: Vec<RowBlock<'l, 'a>> = match definition.grouping {
        Grouping::Level => {
            let of = |level| rows.iter().filter(|row| row.level == level).collect();
            definition.levels().map(|level| RowBlock { heading: None, rows: of(level) }).collect()
        }
        Grouping::TrainFlops(bounds) => {
            let dense = RowBlock { heading: None, rows: Vec::new() };
            let costs = headings(bounds).into_iter();
            let costs = costs.map(|heading| RowBlock { heading: Some(heading), rows: Vec::new() });
            let mut blocks: Vec<RowBlock> = [dense].into_iter().chain(costs).collect();
            for row in rows.iter().filter(|row| row.dense || !is_empty(row)) {
                let at = match row.train_flops() {
                    _ if row.dense => 0,
                    Some(cost) => 1 + bounds.iter().take_while(|bound| cost > **bound).count(),
                    None => bounds.len() + 2,
                };
                blocks[at].rows.push(row);
            }
            blocks
        }
        Grouping::Difference(_) => by_difference(definition, rows),
    };
    blocks.retain(|block| !block.rows.is_empty());
    blocks
}

/// What is compared, as it is defined, then the choices by the size of their differences.
fn by_difference<'l, 'a>(definition: &TableDefinition, rows: &'l [TableRow<'a>]) -> Vec<RowBlock<'l, 'a>> {
    let Some(differences) = Differences::of(definition, rows) else { return Vec::new() };
    let of_level = |level| {
        let here = rows.iter().filter(move |row| row.level == level);
        let (mut choices, compared): (Vec<_>, Vec<_>) =
            here.partition(|row| differences.is_choice(rows, row));
        differences.sort(&mut choices);
        let block = |heading: &str, rows| RowBlock { heading: Some(heading.to_string()), rows };
        [block("Compared", compared), block("Choices, the largest difference first", choices)]
    };
    definition.levels().flat_map(of_level).collect()
}

/// The rows that [`blocks`] leaves out, because no block says what they cost.
pub fn empty<'l, 'a>(definition: &TableDefinition, rows: &'l [TableRow<'a>]) -> Vec<&'l TableRow<'a>> {
    let by_cost = matches!(definition.grouping, Grouping::TrainFlops(_));
    rows.iter().filter(|row| by_cost && !row.dense && is_empty(row)).collect()
}

fn is_empty(row: &TableRow) -> bool {
    row.published.is_none() && row.trials.0.is_empty()
}

/// A heading for every interval between the bounds, and one for what is not known.
fn headings(bounds: &[f64]) -> Vec<String> {
    let mut headings = Vec::new();
    let mut from = None;
    for bound in bounds {
        headings.push(match from {
            None => format!("Train × up to {bound:.2}"),
            Some(from) => format!("Train × above {from:.2}, up to {bound:.2}"),
        });
        from = Some(bound);
    }
    headings.extend(from.map(|from| format!("Train × above {from:.2}")));
    headings.push("Train × not known".to_string());
    headings
}

#[cfg(test)]
mod tests {
    use records::Record;

    use super::*;
    use crate::evidence::group::Group;
    use crate::evidence::table_row::table_rows;
    use crate::paper::table;

    fn record(method: &str, distribution: &str, sparsity: f64, cost: f64) -> Record {
        Record {
            suite: "imagenet".into(),
            method: method.into(),
            distribution: distribution.into(),
            sparsity_target: Some(sparsity),
            train_flops_ratio: Some(cost),
            top1: Some(70.0),
            status: "ok".into(),
            ..Record::default()
        }
    }

    #[test]
    fn lines_are_grouped_by_published_else_measured_cost() {
        let definition = table("table2").unwrap();
        let records = [
            record("iee", "uniform", 0.9, 0.334),
            record("iee", "uniform", 0.8, 0.3),
            record("dense", "none", 0.0, 1.0),
            record("rigl", "uniform", 0.8, 0.9),
        ];
        let group = Group { records: records.iter().collect(), ..Group::default() };
        let rows = table_rows(&definition, &group);
        let blocks = blocks(&definition, &rows);
        let headings: Vec<_> = blocks.iter().map(|block| block.heading.as_deref().unwrap_or("")).collect();
        let expected = [
            "",
            "Train × up to 0.30",
            "Train × above 0.30, up to 0.75",
            "Train × above 0.75, up to 1.50",
            "Train × above 1.50",
            "Train × not known",
        ];
        assert_eq!(headings, expected);
        let of = |label: &str, sparsity: f64| {
            let has = |block: &RowBlock| {
                block.rows.iter().any(|row| row.subject.label == label && row.level == sparsity)
            };
            blocks.iter().position(has)
        };
        assert_eq!(of("Dense", 0.0), Some(0));
        assert_eq!((of("RigL (uniform)", 0.8), of("Small dense 5x", 0.9)), (Some(1), Some(2)));
        assert_eq!((of("RigL 5x (uniform)", 0.8), of("RigL 5x (ERK)", 0.8)), (Some(3), Some(4)));
        assert_eq!((of("IEE (uniform)", 0.8), of("IEE (uniform)", 0.9)), (Some(1), Some(2)));
        assert_eq!((of("IEE (ERK)", 0.9), of("DNW", 0.9)), (Some(5), Some(5)));
        assert_eq!(of("IEE (uniform)", 0.95), None);
        assert!(empty(&definition, &rows).iter().any(|row| row.subject.label == "IEE (uniform)"));
        let shown: usize = blocks.iter().map(|block| block.rows.len()).sum();
        assert_eq!(shown + empty(&definition, &rows).len(), rows.len());
        let sparsities = blocks[1].rows.iter().map(|row| row.level);
        assert!(sparsities.is_sorted());
    }

    #[test]
    fn lines_of_one_sparsity_stand_together_even_without_values() {
        let definition = table("table4").unwrap();
        let rows = table_rows(&definition, &Group::default());
        let blocks = blocks(&definition, &rows);
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].rows.len(), definition.rows.len());
        assert!(empty(&definition, &rows).is_empty());
    }
}
