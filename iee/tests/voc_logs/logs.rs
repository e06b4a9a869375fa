//! What the logs say.

use records::cost::latency_weighted_cost;
use std::path::Path;

/// Milliseconds of the dense backbone in the logs.
pub const DENSE_MS: f64 = 381.894_261_474_609_3;

/// Epochs of a training in the logs.
const EPOCHS: f64 = 900.0;

/// A prune or a growth, in milliseconds.
#[derive(Clone, Debug, serde::Deserialize)]
struct Row {
    epoch: usize,
    event: String,
    target_ms: Option<f64>,
    latency_before_ms: f64,
    latency_after_ms: f64,
    regrow_budget_ms: Option<f64>,
}

/// A prune or a growth, in milliseconds.
#[derive(Clone, Debug)]
pub struct Event {
    pub epoch: usize,
    pub prunes: bool,
    pub target: Option<f64>,
    pub before: f64,
    pub after: f64,
    pub budget: Option<f64>,
}

impl Event {
    pub fn grown(&self) -> f64 {
        self.after - self.before
    }
}

/// A training: its settings, and what it did.
#[derive(Clone, Debug)]
pub struct Log {
    pub name: String,
    /// Latency at the end over the dense one.
    pub target: f64,
    /// Share of what the last prune removed that may grow.
    pub share: f64,
    pub first_epoch: usize,
    pub events: Vec<Event>,
}

impl Log {
    /// Sums of the budgets of all growths and of what they took, in milliseconds.
    pub fn sums(&self) -> (f64, f64) {
        let growths = self.events.iter().filter(|event| !event.prunes);
        growths.fold((0.0, 0.0), |(budget, grown), event| {
            (budget + event.budget.unwrap(), grown + event.grown())
        })
    }

    /// How growths kept to their budgets, in words.
    pub fn growths(&self) -> String {
        let (budget, grown) = self.sums();
        let over = |event: &&Event| !event.prunes && event.grown() > event.budget.unwrap() + 1e-9;
        let last = self.events.last().unwrap().after;
        let over = self.events.iter().filter(over).count();
        format!("grown {grown:.1} of {budget:.1} ms, {over} steps over their budget, ends at {last:.3} ms")
    }

    /// The cost of the training over that of a dense one; `explored` charges exploration, half of every epoch before a
    /// growth, at the latency of the dense network.
    pub fn cost(&self, explored: bool) -> f64 {
        let mut phases = Vec::new();
        let (mut now, mut since) = (DENSE_MS, 0.0);
        for event in &self.events {
            // At the end of its epoch.
            let end = (event.epoch + 1) as f64;
            let exploration = if explored && !event.prunes { 64.0 / 129.0 } else { 0.0 };
            phases.push(((end - since - exploration) / EPOCHS, now / DENSE_MS));
            phases.push((exploration / EPOCHS, 1.0));
            (now, since) = (event.after, end);
        }
        phases.push(((EPOCHS - since) / EPOCHS, now / DENSE_MS));
        latency_weighted_cost(0.0, &phases)
    }
}

/// All five.
pub fn all(folder: &Path) -> impl Iterator<Item = Log> {
    let logs = [
        ("lookahead_900_0.5", 0.20, 0.5, 100),
        ("lookahead_900_0.75", 0.20, 0.75, 100),
        ("lookahead_log_900_0.75_opt1", 0.21, 0.75, 100),
        ("lookahead_log_900_start200", 0.21, 0.75, 200),
        ("lookahead_log_1000_0.75", 0.20, 0.75, 200),
    ];
    logs.into_iter().map(move |(name, target, share, first_epoch)| {
        let path = folder.join("iee-voc-logs").join(format!("{name}.csv"));
        let rows = csv::Reader::from_path(path).unwrap().into_deserialize();
        let events = rows.map(|row| {
            let row: Row = row.unwrap();
            Event {
                epoch: row.epoch,
                prunes: row.event == "prune",
                target: row.target_ms,
                before: row.latency_before_ms,
                after: row.latency_after_ms,
                budget: row.regrow_budget_ms,
            }
        });
        Log { name: name.into(), target, share, first_epoch, events: events.collect() }
    })
}

/// The groups of coupled convolutions, by name, with the channels that go together.
pub fn groups(folder: &Path) -> Vec<(Vec<String>, usize)> {
    let text = std::fs::read_to_string(folder.join("titanv-lut-ssd512/groups.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let name =
        |member: &serde_json::Value| member.as_str().unwrap().strip_prefix("f_0.").unwrap().to_string();
    let group = |members: &serde_json::Value| {
        let members = members.as_array().unwrap();
        let block = file["layers"][members[0].as_str().unwrap()]["group_size_used"].as_u64().unwrap();
        let mut names: Vec<String> = members.iter().map(name).collect();
        names.sort();
        (names, block as usize)
    };
    file["groups"].as_array().unwrap().iter().map(group).collect()
}
