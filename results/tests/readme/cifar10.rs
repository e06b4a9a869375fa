//! Methods and choices on CIFAR-10.

use records::Record;
use results::statistics::mean;

use super::{PROJECT, recorded, tables};

const RECORDED: &str = "cifar10-pilot-cpu";

/// Rows of the tables of methods: label, method, and settings that differ from the profile's.
const METHODS: [(&str, &str, &str); 17] = [
    ("dense", "dense", ""),
    ("magnitude, gradual", "magnitude", ""),
    ("RigL, 5.4 times as long, three seeds", "rigl", "training_length=5.4"),
    ("RigL, 3.1 times as long, three seeds", "rigl", "training_length=3.1"),
    ("RigL, 1.37 times as long", "rigl", "training_length=1.37"),
    ("IEE, exploration beyond the epochs", "iee", "exploration_counts=false"),
    ("RigL", "rigl", ""),
    ("SET", "set", ""),
    ("IEE, exploration within the epochs", "iee", ""),
    ("static", "static", ""),
    ("static, about as many steps as IEE trains its active weights", "static", "training_length=0.75"),
    ("magnitude, one-shot", "magnitude-oneshot", ""),
    ("GraNet", "granet", ""),
    ("SNFS", "snfs", ""),
    ("MEST", "mest", ""),
    ("SRigL", "srigl", ""),
    ("Top-KAST", "top-kast", ""),
];

/// Rows of the table of choices, and what they set.
const CHOICES: [(&str, &str); 27] = [
    ("exploration beyond the epochs", "exploration_counts=false"),
    ("growth at random", "grow_criterion=random"),
    ("unused weights start from initial values", "unused_values=initial"),
    ("layers exchange their budgets, with more FLOPs", "scope=global"),
    ("grown weights restart from zero", "grown_values=zero-grown"),
    ("active weights not frozen", "freeze=false"),
    ("Omega constant", "update_decay=constant"),
    ("Omega from 0.1", "update_fraction=0.1"),
    ("Q halved", "stage_scales=1,1,0.5"),
    ("growth by gradient", "grow_criterion=gradient"),
    ("updates until 90 % of training", "update_end=0.9"),
    ("stages end once settled by 80 %", "stage_end=settled;settled_overlap=0.8"),
    ("frozen weights lose their momentum", "frozen_momentum=zero"),
    ("exploration that does not grow is forgotten", "grown_values=last-active"),
    ("exploration from zero", "grown_values=zero"),
    ("exploration at half the learning rate", "exploration_rate=0.5"),
    ("updates until half of training", "update_end=0.5"),
    ("stages end once settled by 95 %", "stage_end=settled"),
    ("H = J = Q doubled", "stage_scales=2,2,2"),
    ("H = J = Q tripled", "stage_scales=3,3,3"),
    ("H = J = Q halved", "stage_scales=0.5,0.5,0.5"),
    ("Q doubled", "stage_scales=1,1,2"),
    ("Q tripled", "stage_scales=1,1,3"),
    ("Omega from 0.5", "update_fraction=0.5"),
    ("Omega falls as a cosine", "update_decay=cosine"),
    ("biases and batch norms explore", "explore_others=true"),
    ("batch statistics follow exploration", "explore_statistics=track"),
];

struct Recorded(Vec<Record>);

impl Recorded {
    fn load() -> Recorded {
        Recorded(recorded(RECORDED))
    }

    /// Those of a method at a sparsity, with such settings; a dense network has none.
    fn of<'a>(&'a self, method: &'a str, settings: &'a str, sparsity: f64) -> Vec<&'a Record> {
        let sparsity = if method == "dense" { 0.0 } else { sparsity };
        let is = |record: &&Record| {
            record.method == method
                && record.settings == settings
                && record.sparsity_target.is_some_and(|target| (target - sparsity).abs() < 1e-9)
        };
        self.0.iter().filter(is).collect()
    }

    fn accuracy(&self, method: &str, settings: &str, sparsity: f64) -> String {
        super::accuracy(&self.of(method, settings, sparsity), 2)
    }

    fn difference(&self, of: (&str, &str), from: (&str, &str), sparsity: f64) -> String {
        super::difference(&self.of(of.0, of.1, sparsity), &self.of(from.0, from.1, sparsity), 2)
    }
}

#[test]
fn the_tables_of_methods_are_what_is_recorded() {
    let recorded = Recorded::load();
    let rigl = ("rigl", "");
    let mut seen = Vec::new();
    for table in tables(PROJECT, "| | top-1 %, 95 % sparse |") {
        for cells in table {
            let (label, method, settings) =
                METHODS.into_iter().find(|(label, ..)| *label == cells[0]).expect(&cells[0]);
            let at = [0.95, 0.9].map(|sparsity| {
                let all = recorded.of(method, settings, sparsity);
                let flops: Vec<f64> = all.iter().map(|record| record.train_flops_ratio.unwrap()).collect();
                let flops = mean(&flops).unwrap_or(f64::NAN);
                let accuracy = recorded.accuracy(method, settings, sparsity);
                let difference = recorded.difference((method, settings), rigl, sparsity);
                (accuracy, difference, flops, all.first().and_then(|record| record.steps))
            });
            let [high, low] = at;
            let steps = low.3.or(high.3).unwrap().to_string();
            let steps = format!("{},{}", &steps[..steps.len() - 3], &steps[steps.len() - 3..]);
            let flops = match method {
                "dense" => "1.000".to_string(),
                _ if high.2.is_nan() => format!("{:.3} at 90 %", low.2),
                _ if low.2.is_nan() => format!("{:.3} at 95 %", high.2),
                _ => format!("{:.3} and {:.3}", high.2, low.2),
            };
            let dash = || "–".to_string();
            let expected = match (method, settings) {
                ("dense", _) => vec![label.into(), low.0, dash(), "the same".into(), dash(), steps, flops],
                ("rigl", "") => vec![label.into(), high.0, dash(), low.0, dash(), steps, flops],
                _ => vec![label.into(), high.0, high.1, low.0, low.1, steps, flops],
            };
            assert_eq!(cells, expected);
            seen.push(label);
        }
    }
    let mut all: Vec<&str> = METHODS.iter().map(|(label, ..)| *label).collect();
    seen.sort();
    all.sort();
    assert_eq!(seen, all, "each once");
}

#[test]
fn the_table_of_choices_is_what_is_recorded() {
    let recorded = Recorded::load();
    let tables = tables(PROJECT, "| choice |");
    let [table] = &tables[..] else { panic!("{} tables", tables.len()) };
    let mut told = Vec::new();
    for cells in table {
        let (_, settings) = CHOICES.into_iter().find(|(label, _)| *label == cells[0]).expect(&cells[0]);
        assert_eq!(cells[1], recorded.difference(("iee", settings), ("iee", ""), 0.9), "{}", cells[0]);
        let mean: f64 = cells[1].split_whitespace().next().unwrap().parse().unwrap();
        told.push(mean.abs());
    }
    assert!(told.len() >= 5 && told.is_sorted_by(|a, b| a >= b), "the largest first: {told:?}");
}

/// The README of the records has the tables of the project's README, word for word.
#[test]
fn the_readme_of_the_records_has_the_same_tables() {
    let header = "| | top-1 %, 95 % sparse |";
    assert_eq!(tables(PROJECT, header), tables(&super::readme_of(RECORDED), header));
}
