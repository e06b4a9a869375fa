//! What the README says of recorded trainings, recomputed from their records.

mod channels;
mod cifar10;

use std::path::Path;

use records::{Record, Store};
use results::statistics::Summary;

/// The README of the project, from this crate.
const PROJECT: &str = "../README.md";

/// The README of a folder of records.
fn readme_of(folder: &str) -> String {
    format!("recorded/{folder}/README.md")
}

fn recorded(folder: &str) -> Vec<Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(folder);
    Store::new(&folder).load().unwrap().records
}

/// The lines of the tables of a file of this crate whose header begins so, as their cells.
fn tables(file: &str, header: &str) -> Vec<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let mut lines = text.lines();
    let mut tables = Vec::new();
    while lines.by_ref().any(|line| line.starts_with(header)) {
        let rows = lines.by_ref().take_while(|line| line.starts_with('|')).skip(1);
        let cells =
            |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect();
        tables.push(rows.map(cells).collect());
    }
    tables
}

/// The mean accuracy of trials.
fn accuracy(trials: &[&Record], digits: usize) -> String {
    let all: Vec<f64> = trials.iter().map(|trial| trial.top1.unwrap()).collect();
    Summary::of(&all).map_or("–".into(), |it| told(it, false, digits))
}

/// Their mean difference from others, seed by seed.
fn difference(trials: &[&Record], others: &[&Record], digits: usize) -> String {
    let pair = |trial: &&Record| {
        let other = others.iter().find(|other| other.seed == trial.seed)?;
        Some(trial.top1.unwrap() - other.top1.unwrap())
    };
    let pairs: Vec<f64> = trials.iter().filter_map(pair).collect();
    Summary::of(&pairs).map_or("–".into(), |it| told(it, true, digits))
}

/// A mean with half of its 95 % interval, with so many digits, as the READMEs write it.
fn told(it: Summary, signed: bool, digits: usize) -> String {
    let (low, high) = it.interval.expect("several seeds");
    let half = (high - low) / 2.0;
    match signed {
        true => format!("{:+.digits$} ± {half:.digits$}", it.mean),
        false => format!("{:.digits$} ± {half:.digits$}", it.mean),
    }
}
