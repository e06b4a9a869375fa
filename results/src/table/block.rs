//! Lines that stand together in a printed table.

use crate::evidence::table_row::TableRow;
use crate::paper::{Grouping, TableDefinition};

/// Lines under one heading.
#[derive(Debug)]
pub struct RowBlock<'l, 'a> {
    /// What the lines have in common, where the lines themselves do not say it.
    pub heading: Option<String>,
    /// The lines.
    pub lines: Vec<&'l TableRow<'a>>,
}

/// The lines of a table in blocks; blocks without lines are left out.
///
/// Lines of one level stand together even if nothing is known of them. Between blocks of equal
/// cost a line about which nothing was published or measured has no place; see [`empty`].
pub fn blocks<'l, 'a>(definition: &TableDefinition, lines: &'l [TableRow<'a>]) -> Vec<RowBlock<'l, 'a>> {
    let mut blocks: Vec<RowBlock<'l, 'a>> = match definition.grouping {
        Grouping::Level => {
            let of = |level| lines.iter().filter(|line| line.level == level).collect();
            definition.levels().map(|level| RowBlock { heading: None, lines: of(level) }).collect()
        }
        Grouping::TrainFlops(bounds) => {
            let dense = RowBlock { heading: None, lines: Vec::new() };
            let costs = headings(bounds).into_iter();
            let costs = costs.map(|heading| RowBlock { heading: Some(heading), lines: Vec::new() });
            let mut blocks: Vec<RowBlock> = [dense].into_iter().chain(costs).collect();
            for line in lines.iter().filter(|line| line.dense || !is_empty(line)) {
                let at = match line.train_flops() {
                    _ if line.dense => 0,
                    Some(cost) => 1 + bounds.iter().take_while(|bound| cost > **bound).count(),
                    None => bounds.len() + 2,
                };
                blocks[at].lines.push(line);
            }
            blocks
        }
    };
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// The lines that [`blocks`] leaves out, because no block says what they cost.
pub fn empty<'l, 'a>(definition: &TableDefinition, lines: &'l [TableRow<'a>]) -> Vec<&'l TableRow<'a>> {
    let by_cost = definition.grouping != Grouping::Level;
    lines.iter().filter(|line| by_cost && !line.dense && is_empty(line)).collect()
}

fn is_empty(line: &TableRow) -> bool {
    line.published.is_none() && line.trials.0.is_empty()
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
    use crate::evidence::table_row::lines;
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
        let lines = lines(&definition, &group);
        let blocks = blocks(&definition, &lines);
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
                block.lines.iter().any(|line| line.subject.label == label && line.level == sparsity)
            };
            blocks.iter().position(has)
        };
        assert_eq!(of("Dense", 0.0), Some(0));
        assert_eq!((of("RigL (uniform)", 0.8), of("Small dense 5x", 0.9)), (Some(1), Some(2)));
        assert_eq!((of("RigL 5x (uniform)", 0.8), of("RigL 5x (ERK)", 0.8)), (Some(3), Some(4)));
        assert_eq!((of("IEE (uniform)", 0.8), of("IEE (uniform)", 0.9)), (Some(1), Some(2)));
        assert_eq!((of("IEE (ERK)", 0.9), of("DNW", 0.9)), (Some(5), Some(5)));
        assert_eq!(of("IEE (uniform)", 0.95), None);
        assert!(empty(&definition, &lines).iter().any(|line| line.subject.label == "IEE (uniform)"));
        let shown: usize = blocks.iter().map(|block| block.lines.len()).sum();
        assert_eq!(shown + empty(&definition, &lines).len(), lines.len());
        let sparsities = blocks[1].lines.iter().map(|line| line.level);
        assert!(sparsities.is_sorted());
    }

    #[test]
    fn lines_of_one_sparsity_stand_together_even_without_values() {
        let definition = table("table4").unwrap();
        let lines = lines(&definition, &Group::default());
        let blocks = blocks(&definition, &lines);
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].lines.len(), definition.rows.len());
        assert!(empty(&definition, &lines).is_empty());
    }
}
