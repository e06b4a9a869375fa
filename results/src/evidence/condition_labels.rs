//! Short names of several conditions, each with what sets it apart from the others.

use std::collections::{BTreeMap, HashSet};

use super::condition::Condition;

/// Columns that labels omit where the others distinguish the conditions, the hardest to read first.
const DISPENSABLE: [&str; 7] =
    ["data_fingerprint", "latency_table", "epochs", "steps", "suite", "criterion", "distribution"];

/// Short names of several conditions: each with its method and what distinguishes it from the others.
#[derive(Debug)]
pub struct ConditionLabels {
    varying: Vec<&'static str>,
    common: Vec<(&'static str, String)>,
}

impl ConditionLabels {
    /// The names that distinguish these conditions.
    pub fn of<'a>(conditions: impl Iterator<Item = &'a Condition> + Clone) -> ConditionLabels {
        let mut said: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (name, value) in conditions.clone().flat_map(Condition::values) {
            let known = said.entry(name).or_insert(Some(value));
            if *known != Some(value) {
                *known = None;
            }
        }
        let names = || Condition::columns().into_iter();
        let mut varying: Vec<_> = names().filter(|name| said.get(name) == Some(&None)).collect();
        let apart = |columns: &[&str]| {
            let values = |condition: &'a Condition| -> Vec<&'a str> {
                columns.iter().map(|column| condition.value(column)).collect()
            };
            conditions.clone().map(values).collect::<HashSet<_>>().len()
        };
        let all = apart(&varying);
        for column in DISPENSABLE {
            let rest: Vec<_> = varying.iter().copied().filter(|name| *name != column).collect();
            if apart(&rest) == all {
                varying = rest;
            }
        }
        let common = names().filter_map(|name| Some((name, said.get(name)?.as_ref()?.to_string())));
        ConditionLabels { varying, common: common.filter(|(_, value)| !value.is_empty()).collect() }
    }

    /// What all of them have in common: `suite=cifar10, profile=lite`.
    pub fn common(&self) -> String {
        let said = self.common.iter().filter(|(name, _)| *name != "method");
        said.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
    }

    /// The short name of one of them.
    pub fn label(&self, condition: &Condition) -> String {
        match condition.label_of(|name| name == "method" || self.varying.contains(&name)) {
            label if label.is_empty() => "all".to_string(),
            label => label,
        }
    }
}

#[cfg(test)]
mod tests {
    use records::Record;

    use super::*;
    use crate::fixtures::short_rigl as record;

    #[test]
    fn labels_say_what_sets_conditions_apart() {
        let condition = Condition::of(&record());
        assert_eq!(condition.label(), "cifar10 lite rigl erk 90% steps=100 [epochs=10; scope=layer]");
        let denser = Condition::of(&Record { sparsity_target: Some(0.8), ..record() });
        let labels = ConditionLabels::of([&condition, &denser].into_iter());
        assert_eq!([&condition, &denser].map(|it| labels.label(it)), ["rigl 90%", "rigl 80%"]);
        let channels = Condition::of(&Record {
            suite: "imagenet".into(),
            data_fingerprint: "f0e5".into(),
            dataset: "imagenet".into(),
            sparsity_target: Some(0.0),
            latency_target: Some(0.3),
            distribution: "latency".into(),
            ..record()
        });
        let apart = ConditionLabels::of([&condition, &channels].into_iter());
        assert_eq!(
            [&condition, &channels].map(|it| apart.label(it)),
            ["rigl 90%", "imagenet rigl latency 30%"]
        );
        assert_eq!(
            labels.common(),
            "suite=cifar10, profile=lite, distribution=erk, steps=100, settings=epochs=10;scope=layer"
        );
    }
}
