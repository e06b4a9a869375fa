//! Records that may stand in one table: same profile, data set and network.
//!
//! A mean over different recipes or data would be meaningless, so every group gets a table of
//! its own, and a sentence that says how far its numbers are evidence.

use std::collections::BTreeMap;

use records::Record;
use records::words::{self, model_family};

use super::names::files;
use crate::paper::TableDefinition;
use crate::paper::catalogue::every_table;

/// Profiles in the order in which their tables are printed; others follow.
const PROFILES: [&str; 5] = [words::PAPER, words::PAPER_CHANNELS, words::PILOT, words::LITE, words::SMOKE];

/// Records of one profile, data set and network.
#[derive(Clone, Debug, Default)]
pub struct Group<'a> {
    /// Recipe profile.
    pub profile: &'a str,
    /// Data set.
    pub dataset: &'a str,
    /// Fingerprint of its files: two sets of one name are two sets.
    pub fingerprint: &'a str,
    /// Network.
    pub model: &'a str,
    /// Whether another group differs from it in nothing but the fingerprint.
    pub has_twin: bool,
    /// What most of its latencies were looked up in; empty if none was.
    pub latency_table: &'a str,
    /// The records.
    pub records: Vec<&'a Record>,
    /// Those that are no results of the methods and profiles as they are defined today.
    pub outdated: Vec<&'a Record>,
}

/// The groups of a table, the published recipe first; those of outdated records alone are the last.
pub fn groups<'a>(definition: &TableDefinition, records: &'a [Record]) -> Vec<Group<'a>> {
    let mut alike: BTreeMap<[&str; 4], Group<'a>> = BTreeMap::new();
    for record in records.iter().filter(|record| may_show(definition, record)) {
        let Record { profile, dataset, data_fingerprint: fingerprint, model, .. } = record;
        let group = alike.entry([profile, dataset, fingerprint, model]).or_insert_with(|| Group {
            profile,
            dataset,
            fingerprint,
            model,
            ..Group::default()
        });
        match record.outdated {
            None => group.records.push(record),
            Some(_) => group.outdated.push(record),
        }
    }
    let mut groups: Vec<Group> = alike.into_values().collect();
    let name = |group: &Group<'a>| [group.profile, group.dataset, group.model];
    let names: Vec<_> = groups.iter().map(name).collect();
    for group in &mut groups {
        group.latency_table = usual_latency_table(&group.records);
        group.has_twin = names.iter().filter(|other| **other == name(group)).count() > 1;
    }
    groups.sort_by_key(|group| {
        let rank = PROFILES.iter().position(|profile| *profile == group.profile);
        let other_data = group.dataset != definition.dataset;
        let other_model = group.model != definition.model;
        let rank = rank.unwrap_or(PROFILES.len());
        let other_recipe = group.profile != definition.profile;
        (
            group.records.is_empty(),
            other_recipe,
            rank,
            other_data,
            other_model,
            group.profile,
            group.dataset,
            group.model,
            group.fingerprint,
        )
    });
    groups
}

/// Whether trials of this profile on this data only show that everything works.
pub fn is_smoke_test(profile: &str, dataset: &str) -> bool {
    profile == words::SMOKE || words::is_synthetic(dataset)
}

/// Whether the recipe of a profile is a shorter form of the published one.
pub fn is_shortened(profile: &str) -> bool {
    [words::LITE, words::PILOT].contains(&profile)
}

/// How many of the records are left out as outdated, and why.
pub fn left_out_as_outdated<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let told = records.into_iter().filter_map(|record| record.outdated.as_deref());
    told.for_each(|why| *reasons.entry(why).or_default() += 1);
    let said: Vec<String> = reasons.iter().map(|(why, n)| format!("{n} of {why}")).collect();
    (!said.is_empty()).then(|| {
        format!("Left out, because they were trained before a definition changed: {}.", said.join("; "))
    })
}

/// What most of the records looked their latencies up in, the first by name of equally many.
fn usual_latency_table<'a>(records: &[&'a Record]) -> &'a str {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.latency_table.is_empty()) {
        *times.entry(&record.latency_table).or_default() += 1;
    }
    times.into_iter().rev().max_by_key(|(_, n)| *n).map_or("", |(table, _)| table)
}

/// Whether a record is of the table's suite, and not of a network that has a table of its own there.
fn may_show(definition: &TableDefinition, record: &Record) -> bool {
    let has_table = |other: &TableDefinition| {
        (other.suite, other.model) == (definition.suite, model_family(&record.model))
    };
    let foreign = model_family(&record.model) != definition.model && every_table().iter().any(has_table);
    record.suite == definition.suite && !foreign
}

impl Group<'_> {
    /// Whether a record's latencies were looked up where most of the group's were; a share of
    /// latency means something else in another table.
    pub fn has_usual_latencies(&self, record: &Record) -> bool {
        record.latency_table.is_empty() || record.latency_table == self.latency_table
    }

    /// How many records are left out as outdated, and why.
    pub fn left_out_as_outdated(&self) -> Option<String> {
        let left_out = left_out_as_outdated(self.outdated.iter().copied())?;
        Some(format!(
            "{left_out} The same settings mean another training now; `harness reproduce` trains it."
        ))
    }

    /// Whether its numbers may be compared with the published ones.
    pub fn is_comparable(&self, definition: &TableDefinition) -> bool {
        self.differs(definition).is_empty()
    }

    /// In what it differs from the published trials, so that its numbers may not be compared with
    /// theirs.
    pub fn differs(&self, definition: &TableDefinition) -> Vec<&'static str> {
        let differs = [
            (is_shortened(self.profile), "shortened recipe"),
            (self.profile != definition.profile && !is_shortened(self.profile), "different recipe"),
            (self.dataset != definition.dataset, "different data"),
            (self.model != definition.model, "different network"),
        ];
        differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
    }

    /// Which of two sets of one name its data are, to follow the name; empty where there is one.
    pub fn files(&self) -> String {
        if self.has_twin { files(self.fingerprint) } else { String::new() }
    }

    /// What its numbers are, and how far they are evidence.
    pub fn nature(&self, definition: &TableDefinition) -> String {
        let real = self.dataset == definition.dataset;
        let data = match self.dataset {
            dataset if real => dataset.to_string(),
            dataset if words::is_synthetic(dataset) => format!("synthetic images ({dataset})"),
            dataset => format!("other data ({dataset})"),
        };
        let files = self.files();
        let differs = self.differs(definition);
        let worth = if differs.is_empty() {
            "the full published recipe".to_string()
        } else if is_smoke_test(self.profile, self.dataset) {
            "smoke test; not evidence about the methods".to_string()
        } else if definition.published_values().next().is_none() {
            differs.join(", ")
        } else {
            format!("{}; not comparable with the published values", differs.join(", "))
        };
        format!("profile {} on {data}{files}: {worth} (network {})", self.profile, self.model)
    }
}

#[cfg(test)]
mod tests;
