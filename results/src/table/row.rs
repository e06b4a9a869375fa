//! One row of a table, as data: what is run for it, or only its name.

use super::settings::Setting;

/// How far a sparsity may lie from another and still be it.
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
    /// How the sparsity is spread: `erk`, `uniform`, `global`, `width` for a network that is
    /// smaller and dense, or a pattern such as `2:4`; none for a dense network and for a row that
    /// is not run.
    pub distribution: Option<&'static str>,
    /// What the row's trials set beside the profile: key and value as in `--set key=value`.
    pub settings: &'static [(&'static str, &'static str)],
}

impl RowDefinition {
    /// The dense network.
    pub(super) fn dense() -> RowDefinition {
        let method = Some("dense");
        RowDefinition { method, name: "Dense", label: "Dense", distribution: None, settings: &[] }
    }

    /// A method with the settings of its profile.
    pub(super) fn run(
        method: &'static str,
        name: &'static str,
        label: &'static str,
        distribution: &'static str,
    ) -> RowDefinition {
        let (method, distribution) = (Some(method), Some(distribution));
        RowDefinition { method, name, label, distribution, settings: &[] }
    }

    /// A method that others published and that is not run here.
    pub(super) fn published(label: &'static str) -> RowDefinition {
        RowDefinition { method: None, name: label, label, distribution: None, settings: &[] }
    }

    /// The same row with settings of its own.
    pub(super) fn with(self, settings: &'static [Setting<'static>]) -> RowDefinition {
        RowDefinition { settings, ..self }
    }

    /// The sparsity that the row's pattern implies: N of M weights stay, so 1 - N/M. None without
    /// a pattern.
    pub fn sparsity(&self) -> Option<f64> {
        let (kept, of) = self.distribution?.split_once(':')?;
        let (kept, of): (u32, u32) = (kept.parse().ok()?, of.parse().ok()?);
        Some(1.0 - f64::from(kept) / f64::from(of))
    }

    /// Whether trials of this row may have this sparsity: the dense network only none, a pattern
    /// only its own, the others any.
    pub(super) fn runs_at(&self, sparsity: f64) -> bool {
        let own = if self.distribution.is_none() { Some(0.0) } else { self.sparsity() };
        self.method.is_some() && own.map_or(sparsity > 0.0, |own| is_same(own, sparsity))
    }
}

/// Whether two sparsities are one.
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
        let at = |row: &RowDefinition| [0.0, 0.5, 0.75].map(|sparsity| row.runs_at(sparsity));
        assert_eq!(at(&RowDefinition::dense()), [true, false, false]);
        assert_eq!(at(&RowDefinition::run("rigl", "RigL", "RigL", "erk")), [false, true, true]);
        assert_eq!(at(&RowDefinition::run("iee", "IEE", "IEE", "1:4")), [false, false, true]);
        assert_eq!(at(&RowDefinition::published("DSR")), [false, false, false]);
    }
}
