//! What sources publish besides: the values that the table's own column does not show.

use crate::page::number::percent;
use crate::page::{Column, Grid, left};
use crate::paper::{PublishedValue, TableDefinition};

use super::marks::SourceMarks;
use super::structured;

/// The published values that the table's own column does not show: at its levels, then at others.
pub fn further_values(marks: &SourceMarks, definition: &TableDefinition) -> Vec<Grid> {
    let has = |level: f64| definition.levels().any(|shown| shown == level);
    let shown = |value: &PublishedValue| {
        definition.rows.iter().any(|row| row.label == value.label)
            && definition
                .level_published(value)
                .filter(|level| has(*level))
                .and_then(|level| definition.published(&value.label, level))
                .is_some_and(|preferred| std::ptr::eq(preferred, value))
    };
    let further: Vec<&PublishedValue> =
        marks.values().iter().copied().filter(|value| !shown(value)).collect();
    if definition.structured() {
        let grid = (!further.is_empty()).then(|| structured::further_values(definition, marks, &further));
        return grid.into_iter().collect();
    }
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        further.into_iter().partition(|value| value.sparsity.is_some_and(has));
    let grids = [("Also published", here), ("Published at other sparsities", elsewhere)].into_iter();
    grids
        .filter(|(_, values)| !values.is_empty())
        .map(|(title, values)| by_sparsity(title, marks, &values))
        .collect()
}

/// Values as a row for each label and source, with a column for each sparsity.
fn by_sparsity(title: &str, marks: &SourceMarks, values: &[&PublishedValue]) -> Grid {
    let mut sparsities: Vec<f64> = values.iter().filter_map(|value| value.sparsity).collect();
    sparsities.sort_by(f64::total_cmp);
    sparsities.dedup();
    let mut columns = vec![left(title), left("Source")];
    columns.extend(sparsities.iter().map(|s| -> Column { left(percent(*s)) }));
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for value in values {
        let head = [Some(value.label.clone()), Some(marks.mark(value))];
        let at = rows.iter().position(|row| row[..2] == head).unwrap_or_else(|| {
            let mut row = vec![None; columns.len()];
            row[..2].clone_from_slice(&head);
            rows.push(row);
            rows.len() - 1
        });
        if let Some(column) = sparsities.iter().position(|s| Some(*s) == value.sparsity) {
            rows[at][2 + column] = value.score_text();
        }
    }
    Grid { columns, blocks: vec![rows.into()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::catalogue::every_table;

    #[test]
    fn every_published_value_is_printed_once() {
        for definition in every_table() {
            let own = definition.rows.iter().flat_map(|row| {
                let levels = definition.levels().collect::<Vec<_>>();
                levels.into_iter().map(|level| definition.published(row.label, level))
            });
            let further = further_values(&SourceMarks::of(definition), definition);
            let rows = further.iter().flat_map(|grid| &grid.blocks).flat_map(|block| &block.rows);
            let values = match definition.structured() {
                true => rows.count(),
                false => rows.flat_map(|row| row[2..].iter().flatten()).count(),
            };
            assert_eq!(
                own.flatten().count() + values,
                definition.published_values().count(),
                "{}",
                definition.id
            );
        }
    }
}
