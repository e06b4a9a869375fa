//! How the tables of the paper name what was trained.

use records::{Record, words};

use crate::paper::catalogue::every_table;
use crate::paper::settings::{include, parse, text, without};
use crate::paper::{RowDefinition, TableDefinition};

/// The method as the nearest row of any table names it, and the settings that this row does not have:
/// `("IEE, exploration beyond the epochs", "scope=global")`. A method that no table has keeps its key.
pub fn method_name(record: &Record) -> (String, String) {
    let settings = parse(&record.settings);
    let rows = every_table().iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
    let fits = rows.filter(|(_, row)| {
        let channels = record.distribution == words::LATENCY;
        // A row of an ablation is named by what is left out, which says nothing elsewhere.
        let is_named = row.settings.is_empty() || row.name != row.label;
        row.method == Some(&record.method)
            && is_named
            && include(&settings, row.settings)
            && (row.distribution.is_none() || row.structured() == channels)
    });
    let nearness = |(table, row): &(&TableDefinition, &RowDefinition)| {
        let start = row.pretrained != record.pretrained.is_empty();
        let spread = row.distribution.is_none_or(|distribution| distribution == record.distribution);
        (start, row.settings.len(), table.suite == record.suite, spread)
    };
    // The first of equally near ones is the maximum of the reversed order.
    let nearest = fits.collect::<Vec<_>>().into_iter().rev().max_by_key(nearness);
    match nearest {
        Some((_, row)) => (row.name.to_string(), text(&without(&settings, row.settings), "; ")),
        None => (record.method.clone(), text(&settings, "; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_trained_has_the_name_of_the_papers_tables() {
        let name = |method: &str, settings: &str| {
            let record = Record {
                suite: "cifar10".into(),
                method: method.into(),
                distribution: "erk".into(),
                settings: settings.into(),
                ..Record::default()
            };
            method_name(&record)
        };
        let own = |name: &str, rest: &str| (name.to_string(), rest.to_string());
        assert_eq!(name("rigl", ""), own("RigL", ""));
        assert_eq!(name("rigl", "update_every=50;drop=0.1"), own("RigL", "update_every=50; drop=0.1"));
        let beyond = own("IEE, exploration beyond the epochs", "scope=layer");
        assert_eq!(name("iee", "scope=layer;exploration_counts=false"), beyond);
        // Rows of ablations have this setting, under names such as `w/o freezing`.
        assert_eq!(name("iee", "freeze=false"), own("IEE", "freeze=false"));
        assert_eq!(name("small-dense", ""), own("Small dense", ""));
        assert_eq!(name("nonesuch", "a=1"), own("nonesuch", "a=1"));
    }
}
