//! One method of a plan.

use sparsity::{Description, Distribution, Origin, Override};

/// A method with what is its own in a plan.
#[derive(Clone)]
pub struct PlanRow {
    /// The method.
    pub description: Description,
    /// Its layer-wise sparsity distribution.
    pub distribution: Distribution,
    /// Settings that it changes, beside those of the profile.
    pub settings: Vec<Override>,
    /// Its levels: sparsities, or latency targets where channels are pruned; those of the request where
    /// there are none.
    pub levels: Vec<f64>,
    /// The levels of its table, where it has one: the profile's if the table has them all, else the first
    /// of the table's, as many as the profile has.
    pub table_levels: Option<Vec<f64>>,
    /// Whether it starts from pretrained weights; by default as its method does.
    pub pretrained: Option<bool>,
}

impl PlanRow {
    /// `description` under `distribution`, with `settings` on account of `why`.
    pub fn new(
        description: Description,
        distribution: Distribution,
        settings: &[(&str, &str)],
        why: &str,
    ) -> Self {
        let set = |(key, text): &(&str, &str)| Override {
            key: (*key).into(),
            text: (*text).into(),
            origin: Origin::Preset(why.into()),
        };
        Self {
            description,
            distribution,
            settings: settings.iter().map(set).collect(),
            levels: Vec::new(),
            table_levels: None,
            pretrained: None,
        }
    }

    /// Its levels, where those of the request are `usual`.
    pub fn levels(&self, usual: &[f64]) -> Vec<f64> {
        match (&self.table_levels, self.levels.is_empty()) {
            (_, false) => self.levels.clone(),
            (None, true) => usual.to_vec(),
            (Some(table), true) => {
                let both: Vec<f64> = usual.iter().copied().filter(|level| table.contains(level)).collect();
                let few = table.len().min(usual.len());
                if both.len() == usual.len() { both } else { table[..few].to_vec() }
            }
        }
    }
}
