//! The numbers of a stage as tables: those that several checks measured alike beside each other, the others in a list.

use records::self_check::{Check, Quantity};

use crate::page::{Grid, GridBlock, left, number, right};

/// The tables of the checks of one stage.
pub fn grids(checks: &[Check]) -> Vec<Grid> {
    let mut alike: Vec<Vec<&Check>> = Vec::new();
    for check in checks.iter().filter(|check| !check.finding.quantities.is_empty()) {
        match alike.iter_mut().find(|group| named(group[0]).eq(named(check))) {
            Some(group) => group.push(check),
            None => alike.push(vec![check]),
        }
    }
    let (wide, single): (Vec<_>, Vec<_>) = alike.into_iter().partition(|group| group.len() > 1);
    let mut grids: Vec<Grid> = wide.iter().map(|group| beside(group)).collect();
    if !single.is_empty() {
        grids.push(listed(&single.concat()));
    }
    grids
}

/// What a check measured, without the numbers.
fn named(check: &Check) -> impl Iterator<Item = (&str, &str)> {
    check.finding.quantities.iter().map(|quantity| (quantity.name.as_str(), quantity.unit.as_str()))
}

/// A line a check, a column a quantity.
fn beside(checks: &[&Check]) -> Grid {
    let title = |(name, unit): (&str, &str)| match unit {
        "" => right(name),
        _ => right(format!("{name} ({unit})")),
    };
    let row = |check: &&Check| {
        let values = check.finding.quantities.iter().map(value);
        std::iter::once(Some(check.name.clone())).chain(values).collect()
    };
    let columns = std::iter::once(left("Check")).chain(named(checks[0]).map(title)).collect();
    Grid { columns, blocks: vec![GridBlock::from(checks.iter().map(row).collect::<Vec<_>>())] }
}

/// A line a quantity.
fn listed(checks: &[&Check]) -> Grid {
    let row = |check: &Check, quantity: &Quantity| {
        let with_unit =
            value(quantity).map(|value| format!("{value} {}", quantity.unit).trim_end().to_string());
        vec![Some(check.name.clone()), Some(quantity.name.clone()), with_unit]
    };
    let rows = |check: &&Check| {
        GridBlock::from(
            check.finding.quantities.iter().map(|quantity| row(check, quantity)).collect::<Vec<_>>(),
        )
    };
    Grid {
        columns: vec![left("Check"), left("Quantity"), right("Value")],
        blocks: checks.iter().map(rows).collect(),
    }
}

/// The number of a quantity, with its spread if it was measured several times.
fn value(quantity: &Quantity) -> Option<String> {
    let value = quantity.value?;
    let decimals = number::decimals(value);
    Some(match quantity.spread {
        Some(spread) => format!("{value:.decimals$} ± {spread:.decimals$}"),
        None => number::significant(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Finding;

    #[test]
    fn what_several_checks_measure_alike_is_one_table_and_the_rest_is_listed() {
        let check = |name: &str, finding| Check {
            stage: "fast".into(),
            name: name.into(),
            at: String::new(),
            seconds: 1.0,
            finding,
        };
        let step = |value| {
            let step = Quantity::new("step", value, "ms").with_spread(0.25);
            Finding::pass("").with([step]).and("ratio", 2.0, "")
        };
        let checks = [
            check("small", step(3.0)),
            check("other", Finding::pass("").and("operations", 700.0, "")),
            check("none", Finding::skipped("no time")),
            check("large", step(f64::NAN)),
        ];
        let [beside, listed] = &grids(&checks)[..] else { panic!() };
        let titles: Vec<&str> = beside.columns.iter().map(|column| column.title.as_str()).collect();
        assert_eq!(titles, ["Check", "step (ms)", "ratio"]);
        let cells = |grid: &Grid, row: usize| grid.blocks[0].rows[row].clone();
        let some = |text: &str| Some(text.to_string());
        assert_eq!(cells(beside, 0), [some("small"), some("3.000 ± 0.250"), some("2")]);
        assert_eq!(cells(beside, 1), [some("large"), None, some("2")]);
        assert_eq!(cells(listed, 0), [some("other"), some("operations"), some("700")]);
    }
}
