//! The command that trains what a record was trained as: with other seeds, or to go on after an interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use records::text::quoted;
use records::{Record, words};

use crate::paper::DENSE;
use crate::paper::settings::parse;

use super::condition::Condition;

/// What stands among the settings of a trial that started from a file of weights, with the hash of the file.
const INITIAL_WEIGHTS: &str = "initial_weights";
/// What the hash begins with where everything but the head came from the file.
const NEW_HEAD: &str = "new-head:";

/// The command that trains the condition of a record with these seeds, into a folder of results if one is known.
///
/// Where the data, the latency table and a file of initial weights lie is not recorded; their places are `DATA`, `TABLE`
/// and `FILE`.
pub fn command(record: &Record, seeds: &BTreeSet<u64>, out: Option<&Path>) -> String {
    let mut words = vec![format!("harness suite {} --method {}", record.suite, record.method)];
    if let Some(share) = record.latency_target {
        words.push(format!("--latency-target {share}"));
        let table = if record.latency_table == words::MACS { words::MACS } else { "TABLE" };
        words.push(format!("--lut {table}"));
        words.push(match record.pretrained.as_str() {
            "" => "--pretrained none".to_string(),
            weights if weights.starts_with(NEW_HEAD) => "--pretrained FILE --new-head".to_string(),
            // A trial, or a file without a mark that tells it from one.
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
            words.push("--init FILE".to_string());
            words.extend(value.starts_with(NEW_HEAD).then(|| "--new-head".to_string()));
        } else {
            words.push(format!("--set {}", quoted(Path::new(&format!("{key}={value}")))));
        }
    }
    words.extend(record.threads.filter(|n| *n > 1).map(|threads| format!("--threads {threads}")));
    words.extend((!words::is_synthetic(&record.dataset)).then(|| "--data DATA".to_string()));
    words.extend(out.map(|out| format!("--out {}", quoted(out))));
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    words.push(format!("--seeds {}", seeds.join(",")));
    words.join(" ")
}

/// One command for every condition among the records, with all of their seeds.
pub fn commands(records: &[Record], out: Option<&Path>) -> Vec<String> {
    let mut seeds: BTreeMap<Condition, (&Record, BTreeSet<u64>)> = BTreeMap::new();
    for record in records {
        seeds.entry(Condition::of(record)).or_insert((record, BTreeSet::new())).1.insert(record.seed);
    }
    seeds.into_values().map(|(record, seeds)| command(record, &seeds, out)).collect()
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
        let said = commands(&[again(1), again(0), sparser], Some(Path::new("my runs")));
        let of = |sparsity: &str, data: &str, seeds: &str| {
            format!(
                "harness suite cifar10 --method rigl --sparsity {sparsity} --distribution erk --profile lite \
                 --model wrn-16-1 --set epochs=10 --set scope=layer{data} --out 'my runs' --seeds {seeds}"
            )
        };
        assert_eq!(said, [of("0.9", " --data DATA", "0,1"), of("0.95", "", "3")]);
    }

    /// The weights of a file are no setting that could be given.
    #[test]
    fn a_file_of_weights_is_named_as_a_file() {
        let started = |weights: &str| {
            let settings = format!("epochs=10;initial_weights={weights}");
            command(&Record { settings, ..short_rigl() }, &BTreeSet::from([0]), None)
        };
        assert!(
            started("0123ab").contains("--set epochs=10 --init FILE --data DATA"),
            "{}",
            started("0123ab")
        );
        let new_head = started("new-head:0123ab");
        assert!(new_head.contains("--set epochs=10 --init FILE --new-head --data DATA"), "{new_head}");
    }

    #[test]
    fn channels_have_a_latency_and_a_start() {
        let trials = structured("resnet50");
        let command = |method: &str| {
            let found = trials.iter().find(|record| record.method == method).unwrap();
            command(found, &BTreeSet::from([7]), None)
        };
        let halp = command("halp");
        assert!(
            halp.contains("--latency-target 0.8 --lut TABLE --pretrained dense --profile paper "),
            "{halp}"
        );
        let halp = trials.iter().find(|record| record.method == "halp").unwrap();
        let new_head = Record { pretrained: "new-head:0123ab".into(), ..halp.clone() };
        let from_file = super::command(&new_head, &BTreeSet::from([7]), None);
        assert!(from_file.contains("--lut TABLE --pretrained FILE --new-head --profile"), "{from_file}");
        let dense = "harness suite imagenet --method dense --profile paper --model resnet50";
        assert!(command("dense").starts_with(dense), "{}", command("dense"));
    }
}
