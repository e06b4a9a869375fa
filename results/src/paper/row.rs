//! One row of a table, as data: what is run for it, or only its name.

use records::words;

use super::settings::SettingPair;

/// Key of the method that does not prune.
pub const DENSE: &str = "dense";

/// What the two rows of IEE and its control are.
pub const READINGS: &str = "The paper does not say whether the steps of exploration are among its epochs. IEE: they are, so \
                            that every method takes the same number of steps. Exploration beyond the epochs: they come \
                            on top, and their FLOPs count. Exploit steps: a static structure trained for as many steps \
                            as IEE, where exploration counts, trains its active weights, 0.75 of the training; what IEE \
                            has over it is what exploration brings.";

/// What the row of GraNet is.
pub const GRANET: &str = "GraNet starts with half of the weights, laid out by ERK, and then ranks those of all layers \
                          together, so that it may end at another layout.";

/// Levels closer than this are the same.
const TOLERANCE: f64 = 1e-6;

/// One method of a table, with what its trials set.
#[derive(Clone, Debug)]
pub struct RowDefinition {
    /// Key of the method; none for a row that is published and not run here.
    pub method: Option<&'static str>,
    /// The method's name.
    pub name: &'static str,
    /// The row's label, unique in its table: the name, with the distribution where the paper
    /// prints it.
    pub label: &'static str,
    /// Layer-wise sparsity distribution: `erk`, `uniform`, `global`, `width` for a network that is
    /// smaller and dense, `learned` where the sparsity was not asked for, a pattern such as `2:4`, or `latency` where
    /// channels are pruned to a latency; none for a dense network and for a row that is not run.
    pub distribution: Option<&'static str>,
    /// What the row's trials set beside the profile: key and value as in `--set key=value`.
    pub settings: &'static [(&'static str, &'static str)],
    /// Whether its trials start from the weights of a trained dense network.
    pub pretrained: bool,
}

impl RowDefinition {
    /// The dense network.
    pub(crate) fn dense() -> RowDefinition {
        let row = RowDefinition::published("Dense");
        RowDefinition { method: Some(DENSE), ..row }
    }

    /// A method with the settings of its profile.
    pub(crate) fn run(
        method: &'static str,
        name: &'static str,
        label: &'static str,
        distribution: &'static str,
    ) -> RowDefinition {
        let (method, distribution) = (Some(method), Some(distribution));
        RowDefinition { method, name, distribution, ..RowDefinition::published(label) }
    }

    /// A method that prunes channels to a latency, with the settings of its profile.
    pub(crate) fn channels(method: &'static str, label: &'static str) -> RowDefinition {
        RowDefinition::run(method, label, label, words::LATENCY)
    }

    /// A method that others published and that is not run here.
    pub(crate) fn published(label: &'static str) -> RowDefinition {
        let (method, distribution) = (None, None);
        RowDefinition { method, name: label, label, distribution, settings: &[], pretrained: false }
    }

    /// The same row with settings of its own.
    pub(crate) fn with(self, settings: &'static [SettingPair<'static>]) -> RowDefinition {
        RowDefinition { settings, ..self }
    }

    /// IEE where the steps of exploration are none of the recipe's, which is the other reading of the paper's epochs.
    pub(crate) fn beyond_the_epochs(label: &'static str, distribution: &'static str) -> RowDefinition {
        RowDefinition::run("iee", "IEE, exploration beyond the epochs", label, distribution)
            .with(&[("exploration_counts", "false")])
    }

    /// The control of IEE: a static structure, as many steps as IEE trains its active weights. By default a third of
    /// the steps explores in three quarters of the training.
    pub(crate) fn exploit_steps(label: &'static str, distribution: &'static str) -> RowDefinition {
        RowDefinition::run("static", "Static, exploit steps", label, distribution)
            .with(&[("training_length", "0.75")])
    }

    /// The same row from the weights of a trained dense network.
    pub(crate) fn on_pretrained(self) -> RowDefinition {
        RowDefinition { pretrained: true, ..self }
    }

    /// Whether channels are pruned to a latency, and not weights to a sparsity.
    pub fn structured(&self) -> bool {
        self.distribution == Some(words::LATENCY)
    }

    /// The sparsity that the row's pattern implies: N of M weights stay, so 1 - N/M. None without
    /// a pattern.
    pub fn sparsity(&self) -> Option<f64> {
        words::pattern_sparsity(self.distribution?)
    }

    /// Whether trials of this row may have this level, in a table whose dense network has the level
    /// `dense`: the dense network only that, a pattern only its own, the others any but that.
    pub(crate) fn runs_at(&self, level: f64, dense: f64) -> bool {
        let own = if self.distribution.is_none() { Some(dense) } else { self.sparsity() };
        self.method.is_some() && own.map_or(!is_same(level, dense), |own| is_same(own, level))
    }
}

/// Whether two levels are the same.
pub fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() < TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_implies_its_sparsity() {
        let sparsity = |distribution| RowDefinition::run("iee", "IEE", "IEE", distribution).sparsity();
        assert_eq!([sparsity("2:4"), sparsity("4:8")], [Some(0.5), Some(0.5)]);
        assert_eq!([sparsity("1:4"), sparsity("2:8")], [Some(0.75), Some(0.75)]);
        assert_eq!([sparsity("erk"), sparsity("width"), sparsity("a:b")], [None, None, None]);
        assert_eq!(RowDefinition::dense().sparsity(), None);
    }

    #[test]
    fn rows_are_run_only_at_sparsities_that_suit_them() {
        let at = |row: &RowDefinition| [0.0, 0.5, 0.75].map(|level| row.runs_at(level, 0.0));
        assert_eq!(at(&RowDefinition::dense()), [true, false, false]);
        assert_eq!(at(&RowDefinition::run("rigl", "RigL", "RigL", "erk")), [false, true, true]);
        assert_eq!(at(&RowDefinition::run("iee", "IEE", "IEE", "1:4")), [false, false, true]);
        assert_eq!(at(&RowDefinition::published("DSR")), [false, false, false]);
        let at_latency = |row: &RowDefinition| [1.0, 0.5].map(|level| row.runs_at(level, 1.0));
        assert_eq!(at_latency(&RowDefinition::dense()), [true, false]);
        assert_eq!(at_latency(&RowDefinition::channels("halp", "HALP")), [false, true]);
    }
}
