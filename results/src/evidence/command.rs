//! The command that trains what a record was trained as: with other seeds, or to go on after an interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use records::text::quoted;
use records::words::{INITIAL_WEIGHTS, NEW_HEAD, OF_FILE};
use records::{Record, words};

use crate::paper::DENSE;
use crate::paper::settings::parse;

use super::condition::Condition;

/// Where a command finds what it reads and writes, as far as that is known: no record says it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// The folder of results; without it the command has the usual one.
    pub out: Option<&'a Path>,
    /// The folder of the data, else `DATA` in its place.
    pub data: Option<&'a Path>,
    /// The latency table, else `TABLE`.
    pub table: Option<&'a Path>,
    /// The file of weights to start from, else `FILE`.
    pub weights: Option<&'a Path>,
}

/// The command that trains the condition of a record with these seeds.
pub fn command(record: &Record, seeds: &BTreeSet<u64>, places: Places) -> String {
    let place = |place: Option<&Path>, unknown: &str| {
        place.map_or(unknown.to_string(), |place| quoted(place).to_string())
    };
    let (file, table) = (place(places.weights, "FILE"), place(places.table, "TABLE"));
    let mut words = vec![format!("harness suite {} --method {}", record.suite, record.method)];
    if let Some(share) = record.latency_target {
        words.push(format!("--latency-target {share}"));
        let table = if record.latency_table == words::MACS { words::MACS } else { &table };
        words.push(format!("--lut {table}"));
        words.push(match record.pretrained.as_str() {
            "" => "--pretrained none".to_string(),
            weights if weights.starts_with(NEW_HEAD) => format!("--pretrained {file} --new-head"),
            weights if weights.starts_with(OF_FILE) => format!("--pretrained {file}"),
            // A trial, or a file that was recorded before files had a mark of their own.
            _ => "--pretrained dense".to_string(),
        });
    } else if record.method != DENSE {
        let pattern = words::pattern_sparsity(&record.distribution).is_some();
        let asked = record.sparsity_target.filter(|_| !pattern);
        words.extend(asked.map(|sparsity| format!("--sparsity {sparsity}")));
        let spread = record.distribution_name().filter(|name| ![words::WIDTH, words::LEARNED].contains(name));
        words.extend(spread.map(|name| format!("--distribution {name}")));
    }
    // A profile for channels has no name on the command line: it follows from what is pruned.
    let profile = if record.profile == words::PAPER_CHANNELS { words::PAPER } else { &record.profile };
    words.push(format!("--profile {profile} --model {}", record.model));
    for (key, value) in parse(&record.settings) {
        if key == INITIAL_WEIGHTS {
            words.push(format!("--init {file}"));
            words.extend(value.starts_with(NEW_HEAD).then(|| "--new-head".to_string()));
        } else {
            words.push(format!("--set {}", quoted(Path::new(&format!("{key}={value}")))));
        }
    }
    words.extend(record.threads.filter(|n| *n > 1).map(|threads| format!("--threads {threads}")));
    let generated = words::is_synthetic(&record.dataset) && places.data.is_none();
    words.extend((!generated).then(|| format!("--data {}", place(places.data, "DATA"))));
    words.extend(places.out.map(|out| format!("--out {}", quoted(out))));
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    words.push(format!("--seeds {}", seeds.join(",")));
    words.join(" ")
}

/// One command for every condition among the records, with all of their seeds.
pub fn commands(records: &[Record], places: Places) -> Vec<String> {
    let mut seeds: BTreeMap<Condition, (&Record, BTreeSet<u64>)> = BTreeMap::new();
    for record in records {
        seeds.entry(Condition::of(record)).or_insert((record, BTreeSet::new())).1.insert(record.seed);
    }
    seeds.into_values().map(|(record, seeds)| command(record, &seeds, places)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{short_rigl, structured};

    #[test]
    fn a_condition_is_named_as_it_is_typed() {
        let record = Record { dataset: "cifar10".into(), model: "wrn-16-1".into(), ..short_rigl() };
        let again = |seed| Record { seed, ..record.clone() };
        let sparser = Record { sparsity_target: Some(0.95), dataset: "cifar10-generated".into(), ..again(3) };
        let places = Places { out: Some(Path::new("my runs")), ..Places::default() };
        let said = commands(&[again(1), again(0), sparser.clone()], places);
        let of = |sparsity: &str, data: &str, seeds: &str| {
            format!(
                "harness suite cifar10 --method rigl --sparsity {sparsity} --distribution erk --profile lite \
                 --model wrn-16-1 --set epochs=10 --set scope=layer{data} --out 'my runs' --seeds {seeds}"
            )
        };
        assert_eq!(said, [of("0.9", " --data DATA", "0,1"), of("0.95", "", "3")]);
        // What was generated may have been so by hand, into a folder of its own.
        let places = Places { data: Some(Path::new("its data")), ..places };
        let said = commands(&[again(1), sparser], places);
        assert_eq!(said, [of("0.9", " --data 'its data'", "1"), of("0.95", " --data 'its data'", "3")]);
    }

    /// The weights of a file are no setting that could be given.
    #[test]
    fn a_file_of_weights_is_named_as_a_file() {
        let started = |weights: &str| {
            let settings = format!("epochs=10;initial_weights={weights}");
            command(&Record { settings, ..short_rigl() }, &BTreeSet::from([0]), Places::default())
        };
        // The first is as records had it before weights had a fingerprint.
        for weights in ["0123ab", "weights:0123ab"] {
            let said = started(weights);
            assert!(said.contains("--set epochs=10 --init FILE --data DATA"), "{said}");
        }
        let new_head = started("new-head:0123ab");
        assert!(new_head.contains("--set epochs=10 --init FILE --new-head --data DATA"), "{new_head}");
    }

    #[test]
    fn channels_have_a_latency_and_a_start() {
        let trials = structured("resnet50");
        let command = |method: &str| {
            let found = trials.iter().find(|record| record.method == method).unwrap();
            command(found, &BTreeSet::from([7]), Places::default())
        };
        let halp = command("halp");
        assert!(
            halp.contains("--latency-target 0.8 --lut TABLE --pretrained dense --profile paper "),
            "{halp}"
        );
        let halp = trials.iter().find(|record| record.method == "halp").unwrap();
        let from = |weights: &str, places| {
            let started = Record { pretrained: weights.into(), ..halp.clone() };
            super::command(&started, &BTreeSet::from([7]), places)
        };
        let from_file = from("new-head:0123ab", Places::default());
        assert!(from_file.contains("--lut TABLE --pretrained FILE --new-head --profile"), "{from_file}");
        let places = Places {
            table: Some(Path::new("my table.csv")),
            weights: Some(Path::new("w.pth")),
            ..Places::default()
        };
        let from_file = from("weights:0123ab", places);
        assert!(from_file.contains("--lut 'my table.csv' --pretrained w.pth --profile"), "{from_file}");
        let dense = "harness suite imagenet --method dense --profile paper --model resnet50";
        assert!(command("dense").starts_with(dense), "{}", command("dense"));
    }
}
