//! Which row of a table a record belongs to.
//!
//! At the row whose method, distribution and settings it has; else, as a variant, under the row
//! that it differs least from; else nowhere. Tables of one network share their records: a record
//! appears only in those that have the row nearest to it, so that an ablation does not crowd the
//! table of methods.

use records::Record;

use crate::paper::TableDefinition;
use crate::paper::catalogue::every_table;
use crate::paper::settings::{include, parse};

/// The row and the level that a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowMatch {
    /// Index of the row.
    pub row: usize,
    /// The table's level.
    pub level: f64,
    /// Whether it is a trial of the row itself, and not of a variant.
    pub own: bool,
    /// How near the row is: whether it has the record's distribution and start, how many of its
    /// settings.
    nearness: (bool, bool, usize),
}

/// Which row of a table a record belongs to.
pub fn match_row(definition: &TableDefinition, record: &Record) -> Option<RowMatch> {
    let here = nearest(definition, record)?;
    let there = others(definition).filter_map(|other| nearest(other, record));
    there.map(|place| place.nearness).all(|nearness| nearness <= here.nearness).then_some(here)
}

/// The other tables of the same network in which a record appears.
pub fn elsewhere(definition: &TableDefinition, record: &Record) -> Vec<&'static str> {
    others(definition).filter(|other| match_row(other, record).is_some()).map(|other| other.id).collect()
}

fn others(definition: &TableDefinition) -> impl Iterator<Item = &'static TableDefinition> {
    every_table().iter().filter(|other| {
        (other.suite, other.model) == (definition.suite, definition.model) && other.id != definition.id
    })
}

/// The row with the record's method, if possible its distribution, and most of its settings; the
/// first of several.
fn nearest(definition: &TableDefinition, record: &Record) -> Option<RowMatch> {
    let level = definition.level_of(record)?;
    let settings = parse(&record.settings);
    let fits = definition.rows.iter().enumerate().filter(|(_, row)| {
        row.method == Some(&record.method)
            && definition.runs_at(row, level)
            && include(&settings, row.settings)
    });
    let places = fits.map(|(at, row)| {
        let spread = row.distribution.is_none_or(|distribution| distribution == record.distribution);
        let start = row.pretrained != record.pretrained.is_empty();
        let own = spread && start && row.settings.len() == settings.len();
        RowMatch { row: at, level, own, nearness: (spread, start, row.settings.len()) }
    });
    // The last of several equal ones is the maximum, hence the reversal.
    places.rev().max_by_key(|place| place.nearness)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::table;

    fn record(method: &str, distribution: &str, sparsity: f64, settings: &str) -> Record {
        Record {
            suite: "imagenet".into(),
            method: method.into(),
            distribution: distribution.into(),
            sparsity_target: Some(sparsity),
            settings: settings.into(),
            ..Record::default()
        }
    }

    /// The label of the row that a record belongs to, and whether it is the row's own trial.
    fn stands(id: &str, record: &Record) -> Option<(&'static str, bool)> {
        let definition = table(id).unwrap();
        match_row(&definition, record).map(|found| (definition.rows[found.row].label, found.own))
    }

    #[test]
    fn a_record_stands_at_the_row_with_its_settings() {
        let in_table2 = |distribution, settings| {
            let iee = record("iee", distribution, 0.9, settings);
            stands("table2", &iee).unwrap()
        };
        assert_eq!(in_table2("erk", ""), ("IEE (ERK)", true));
        assert_eq!(in_table2("uniform", "training_length=5.0"), ("IEE 5x (uniform)", true));
        assert_eq!(in_table2("uniform", "scope=global"), ("IEE uniInit", true));
        assert_eq!(stands("table2", &record("dense", "none", 0.0, "")), Some(("Dense", true)));
        assert_eq!(stands("table2", &record("small-dense", "width", 0.8, "")), Some(("Small dense", true)));
        let scaled = "stage_scales=1.0,1.0,0.33333333333333331";
        assert_eq!(stands("sensitivity", &record("iee", "erk", 0.9, scaled)), Some(("Q = 50", true)));
    }

    #[test]
    fn a_variant_stands_under_the_row_it_differs_least_from() {
        let in_table2 = |distribution, settings| {
            let iee = record("iee", distribution, 0.9, settings);
            stands("table2", &iee).unwrap()
        };
        let settings = "update_fraction=0.1;training_length=5;update_end=0.5";
        assert_eq!(in_table2("erk", settings), ("IEE 5x (ERK)", false));
        assert_eq!(in_table2("erk", "training_length=5;scope=global"), ("IEE erkInit", false));
        assert_eq!(in_table2("erk", "update_fraction=0.1"), ("IEE (ERK)", false));
        assert_eq!(in_table2("er", "training_length=5"), ("IEE 5x (uniform)", false));
        assert_eq!(stands("table3", &record("rigl", "uniform", 0.8, "")), Some(("RigL (ERK)", false)));
    }

    #[test]
    fn a_record_without_a_row_stands_nowhere() {
        for other in [
            record("iee", "erk", 0.7, ""),
            record("halp", "erk", 0.9, ""),
            record("dense", "none", 0.9, ""),
            record("snip", "uniform", 0.0, ""),
        ] {
            assert_eq!(stands("table2", &other), None, "{other:?}");
        }
    }

    #[test]
    fn an_ablation_stands_in_the_table_of_ablations_only() {
        let unfrozen = record("iee", "erk", 0.9, "freeze=false");
        assert_eq!(stands("table4", &unfrozen), Some(("w/o freezing", true)));
        assert_eq!(stands("table2", &unfrozen), None);
        assert_eq!(elsewhere(&table("table2").unwrap(), &unfrozen), ["table4"]);
        let quicker = record("iee", "erk", 0.9, "freeze=false;update_fraction=0.1");
        assert_eq!(stands("table4", &quicker), Some(("w/o freezing", false)));
        assert_eq!(stands("table2", &quicker), None);
        assert_eq!(stands("table4", &record("iee", "uniform", 0.9, "")), None);
        let unfrozen_at_80 = record("iee", "erk", 0.8, "freeze=false");
        assert_eq!(stands("table2", &unfrozen_at_80), Some(("IEE (ERK)", false)));
        let whole = record("iee", "erk", 0.9, "");
        for id in ["table2", "table4", "sensitivity"] {
            assert!(stands(id, &whole).unwrap().1, "{id}");
        }
    }

    /// A sparsity that was not asked for stands at the level that it reached, where one is near.
    #[test]
    fn a_learned_sparsity_stands_at_the_nearest_level() {
        let level = |sparsity| {
            let reached = Record {
                sparsity_target: None,
                sparsity: Some(sparsity),
                ..record("str", "learned", 0.0, "")
            };
            match_row(&table("table2").unwrap(), &reached).map(|place| (place.level, place.own))
        };
        assert_eq!(
            [0.8127, 0.9023, 0.9515, 0.9653].map(level),
            [0.8, 0.9, 0.95, 0.965].map(|at| Some((at, true)))
        );
        assert_eq!([0.0, 0.62, 0.86, 0.99].map(level), [None; 4]);
    }

    #[test]
    fn a_pattern_stands_at_its_own_sparsity() {
        let at = |sparsity, pattern| stands("table5", &record("sr-ste", pattern, sparsity, ""));
        assert_eq!(at(0.5, "2:4"), Some(("SR-STE 2:4", true)));
        assert_eq!(at(0.75, "2:8"), Some(("SR-STE 2:8", true)));
        assert_eq!(at(0.75, "1:4"), Some(("SR-STE 1:4", true)));
        let iee = record("iee", "2:8", 0.75, "");
        assert_eq!(stands("table5", &iee), Some(("IEE 1:4", false)));
        assert_eq!(stands("table2", &record("iee", "2:4", 0.5, "")), None);
    }
}
