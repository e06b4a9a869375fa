//! Records that may stand in one table: same profile, data set and network.
//!
//! A mean over different recipes or data would say nothing, so every group gets a table of its
//! own, and a sentence that says what its numbers are worth.

use std::collections::BTreeMap;

use records::Record;
use records::words::{self, model_family};

use crate::paper::TableDefinition;
use crate::paper::catalogue::every_table;

/// Profiles in the order in which their tables are printed; others follow.
const PROFILES: [&str; 4] = [words::PAPER, words::PAPER_CHANNELS, words::LITE, words::SMOKE];

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
    /// What most of its latencies were looked up in; empty if none was.
    pub latency_table: &'a str,
    /// The records.
    pub records: Vec<&'a Record>,
}

/// The groups of a table, the published recipe first.
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
        group.records.push(record);
    }
    let mut groups: Vec<Group> = alike.into_values().collect();
    groups.iter_mut().for_each(|group| group.latency_table = usual_latency_table(&group.records));
    groups.sort_by_key(|group| {
        let rank = PROFILES.iter().position(|profile| *profile == group.profile);
        let other_data = group.dataset != definition.dataset;
        let other_model = group.model != definition.model;
        let rank = rank.unwrap_or(PROFILES.len());
        let other_recipe = group.profile != definition.profile();
        (
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

    /// Whether its numbers may be compared with the published ones.
    pub fn is_comparable(&self, definition: &TableDefinition) -> bool {
        self.differs(definition).is_empty()
    }

    /// In what it differs from the published trials, so that its numbers may not be compared with
    /// theirs.
    pub fn differs(&self, definition: &TableDefinition) -> Vec<&'static str> {
        let differs = [
            (self.profile == "lite", "shortened recipe"),
            (![definition.profile(), "lite"].contains(&self.profile), "different recipe"),
            (self.dataset != definition.dataset, "different data"),
            (self.model != definition.model, "different network"),
        ];
        differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
    }

    /// What its numbers are, and what they are worth.
    pub fn nature(&self, definition: &TableDefinition) -> String {
        let real = self.dataset == definition.dataset;
        let data = match self.dataset {
            dataset if real => dataset.to_string(),
            dataset if dataset.contains("generated") => format!("synthetic images ({dataset})"),
            dataset => format!("other data ({dataset})"),
        };
        let differs = self.differs(definition);
        let worth = if differs.is_empty() {
            "the full published recipe".to_string()
        } else if self.profile == "smoke" || self.dataset.contains("generated") {
            "smoke test; not evidence about the methods".to_string()
        } else {
            format!("{}; not comparable with the published values", differs.join(", "))
        };
        format!("profile {} on {data}: {worth} (network {})", self.profile, self.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::table;

    fn record(profile: &str, dataset: &str, model: &str) -> Record {
        Record {
            suite: "cifar10".into(),
            profile: profile.into(),
            dataset: dataset.into(),
            model: model.into(),
            ..Record::default()
        }
    }

    #[test]
    fn a_narrower_network_is_of_its_family() {
        let table2 = table("table2").unwrap();
        let narrow =
            |model| Record { suite: "imagenet".into(), ..record("smoke", "imagenet-generated", model) };
        assert!(may_show(&table2, &narrow("resnet50-0.25")));
        assert!(!may_show(&table2, &narrow("mobilenet-v1-0.25")));
        assert!(!may_show(&table("mobilenet").unwrap(), &narrow("resnet50-0.125")));
    }

    #[test]
    fn unlike_records_are_kept_apart_and_the_published_recipe_comes_first() {
        let definition = table("table3").unwrap();
        let records = [
            record("smoke", "cifar10-generated", "wrn-10-1"),
            record("lite", "cifar10", "wrn-22-2"),
            record("paper", "cifar10", "wrn-22-4"),
            record("paper", "cifar10-generated", "wrn-22-2"),
            record("paper", "cifar10", "wrn-22-2"),
            record("lite", "cifar10", "wrn-22-2"),
            Record { suite: "imagenet".into(), ..record("paper", "cifar10", "wrn-22-2") },
        ];
        let groups = groups(&definition, &records);
        let seen: Vec<_> = groups.iter().map(|g| (g.nature(&definition), g.records.len())).collect();
        let expected = [
            ("profile paper on cifar10: the full published recipe (network wrn-22-2)", 1),
            (
                "profile paper on cifar10: different network; not comparable with the published values \
                 (network wrn-22-4)",
                1,
            ),
            (
                "profile paper on synthetic images (cifar10-generated): smoke test; not evidence about the \
                 methods (network wrn-22-2)",
                1,
            ),
            (
                "profile lite on cifar10: shortened recipe; not comparable with the published \
                 values (network wrn-22-2)",
                2,
            ),
            (
                "profile smoke on synthetic images (cifar10-generated): smoke test; not evidence about the \
                 methods (network wrn-10-1)",
                1,
            ),
        ];
        assert_eq!(seen, expected.map(|(nature, n)| (nature.to_string(), n)));
        let comparable: Vec<_> = groups.iter().map(|g| g.is_comparable(&definition)).collect();
        assert_eq!(comparable, [true, false, false, false, false]);
    }

    #[test]
    fn images_that_were_resized_once_more_are_other_data() {
        let definition = table("table2").unwrap();
        let nature = |dataset| {
            let group = Group { profile: "paper", dataset, model: "resnet50", ..Group::default() };
            (group.nature(&definition), group.is_comparable(&definition))
        };
        let other = |dataset| {
            format!(
                "profile paper on other data ({dataset}): different data; not comparable with the \
                 published values (network resnet50)"
            )
        };
        assert_eq!(nature("imagenet-packed-256"), (other("imagenet-packed-256"), false));
        assert_eq!(nature("image-folder-10"), (other("image-folder-10"), false));
        for dataset in ["imagenet-generated", "imagenet-generated-packed-64"] {
            let (said, comparable) = nature(dataset);
            assert!(said.starts_with(&format!("profile paper on synthetic images ({dataset}): smoke test")));
            assert!(!comparable);
        }
        assert!(nature("imagenet").1);
    }

    #[test]
    fn a_network_with_a_table_of_its_own_is_not_shown_in_another() {
        let records = ["resnet50", "mobilenet-v1", "resnet-14"]
            .map(|model| Record { suite: "imagenet".into(), ..record("paper", "imagenet", model) });
        let models = |id| {
            let definition = table(id).unwrap();
            groups(&definition, &records).iter().map(|group| group.model.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(models("table4"), ["resnet50", "resnet-14"]);
        assert_eq!(models("mobilenet"), ["mobilenet-v1", "resnet-14"]);
    }
}
