//! Whether a measured accuracy reproduces a published one.

use std::fmt;

use crate::paper::Status;

use super::table_row::TableRow;

/// Assumed deviation of a published value that has none.
pub const USUAL_DEVIATION: f64 = 0.3;

/// Differences up to this many percentage points never count, however small the deviation.
pub const LEAST_MARGIN: f64 = 0.5;

/// Tolerance for rounding of binary floating point.
const ROUNDING: f64 = 1e-9;

/// The verdict on one measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within the margin.
    Reproduced,
    /// Above the margin.
    Better,
    /// Below the margin.
    Worse,
    /// Both values are known, but of different things.
    NotComparable,
}

impl Verdict {
    /// Judges by how much a measured mean is better than a published value with this deviation, all in the unit
    /// of the metric; a loss is negative.
    pub fn on(gain: f64, deviation: Option<f64>) -> Verdict {
        let margin = (2.0 * deviation.unwrap_or(USUAL_DEVIATION)).max(LEAST_MARGIN) + ROUNDING;
        match gain {
            gain if gain.abs() <= margin => Verdict::Reproduced,
            gain if gain > 0.0 => Verdict::Better,
            _ => Verdict::Worse,
        }
    }

    /// The rule in words; the margin is left out if no value was compared by it.
    pub fn rule(judged: bool) -> String {
        let margin = format!(
            "reproduced if the measured mean is within max(2 d, {LEAST_MARGIN}) points of the published value, \
             where d is the published standard deviation, or {USUAL_DEVIATION} if none is published; where \
             independent groups reproduced the value, within max(2 d, {LEAST_MARGIN}) points of the mean of the \
             groups, where d is the standard deviation between them; better or worse if it lies outside; "
        );
        format!(
            "Verdict: {}not comparable if recipe, data set or network differ from the published ones, if the \
             published value comes from a secondary source or from a different training setup, if a trial \
             could not read all of its data or never changed its structure, if MACs were used as a latency proxy, or if \
             much of the latency table is marked as unreliable.",
            if judged { &margin } else { "" }
        )
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Reproduced => "reproduced",
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::NotComparable => "not comparable",
        })
    }
}

impl TableRow<'_> {
    /// What a result is held against and its deviation, where a value is published: the mean of independent groups that
    /// reproduced it, where there are several, else the value itself.
    fn target(&self) -> Option<(f64, Option<f64>)> {
        let published = self.published?;
        match self.groups() {
            Some(groups) => Some((groups.mean, groups.deviation)),
            None => Some((published.score()?, published.score_deviation())),
        }
    }

    /// Measured mean minus what it is held against, percentage points, if the group's recipe, data and
    /// network are the published ones.
    pub fn difference(&self) -> Option<f64> {
        let ((target, _), measured) = (self.target()?, self.score()?);
        self.differs.is_empty().then_some(measured.mean - target)
    }

    /// The verdict, where there is a published value and a measured one.
    pub fn verdict(&self) -> Option<Verdict> {
        let ((target, deviation), measured) = (self.target()?, self.score()?);
        let verdict = Verdict::on(self.metric.gain(target, measured.mean), deviation);
        Some(if self.not_comparable().is_some() { Verdict::NotComparable } else { verdict })
    }

    /// Why the published value and the measured one may not be compared, where both are there.
    pub fn not_comparable(&self) -> Option<String> {
        let (published, _) = (self.published?, self.score()?);
        let mut reasons: Vec<String> = self.differs.iter().map(|what| what.to_string()).collect();
        match published.status {
            Status::Read => {}
            Status::Secondary => {
                reasons.push("the published value comes from a secondary source".to_string())
            }
            Status::Computed => reasons.push("the published value is computed".to_string()),
            Status::Digitised => reasons.push("the published value was read off a figure".to_string()),
        }
        if !published.conditions.is_empty() {
            reasons.push(format!("the published value was obtained differently: {}", published.conditions));
        }
        if self.trials.skipped_files().is_some() {
            reasons.push("unreadable files were skipped".to_string());
        }
        if self.trials.never_changed() {
            reasons.push("the structure of a trial never changed".to_string());
        }
        if self.trials.learnt_nothing() {
            reasons.push("a trial did not learn".to_string());
        }
        if self.trials.counted_macs() {
            reasons.push("MACs were used as a latency proxy".to_string());
        }
        if self.trials.doubtful_latencies() {
            reasons.push("the latency table is unreliable".to_string());
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::group::Group;
    use super::super::table_row::table_rows;
    use super::*;
    use crate::paper::table;
    use records::Record;

    /// The verdict on RigL at 80% in Table 3 and the objections to it, for one trial.
    fn judged(profile: &str, label: &str, record: Record) -> (Option<Verdict>, Option<String>) {
        judged_at(profile, label, record, 93.6)
    }

    fn judged_at(profile: &str, label: &str, record: Record, top1: f64) -> (Option<Verdict>, Option<String>) {
        let definition = table("table3").unwrap();
        let rigl = Record {
            suite: "cifar10".into(),
            method: "rigl".into(),
            sparsity_target: Some(0.8),
            status: "ok".into(),
            top1: Some(top1),
            ..record
        };
        let group = Group {
            profile,
            dataset: "cifar10",
            model: "wrn-22-2",
            records: vec![&rigl],
            ..Group::default()
        };
        let rows = table_rows(&definition, &group);
        let row = rows.iter().find(|row| row.subject.label == label && row.level == 0.8).unwrap();
        (row.verdict(), row.not_comparable())
    }

    #[test]
    fn what_is_not_comparable_says_why() {
        let erk = || Record { distribution: "erk".into(), ..Record::default() };
        let label = "RigL (ERK)";
        assert_eq!(judged("paper", label, erk()), (Some(Verdict::Reproduced), None));
        let not = |why: &str| (Some(Verdict::NotComparable), Some(why.to_string()));
        assert_eq!(judged("lite", label, erk()), not("shortened recipe"));
        let skipping = Record { skipped_files: Some(3), ..erk() };
        assert_eq!(judged("paper", label, skipping), not("unreadable files were skipped"));
        let uniform = Record { distribution: "uniform".into(), ..Record::default() };
        let (verdict, reason) = judged("paper", "RigL (uniform)", uniform);
        assert_eq!(verdict, Some(Verdict::NotComparable));
        assert!(reason.unwrap().starts_with("the published value was obtained differently: "));
        assert_eq!(judged("paper", "SET (ERK)", erk()), (None, None), "nothing is measured");
    }

    /// 93.6, 93.8 and 94.03 have the mean 93.81 and the deviation 0.2152: the margin is half a point around that mean,
    /// and no longer the 0.6 around 93.6 of a value that nobody reproduced.
    #[test]
    fn where_groups_reproduced_a_value_their_mean_and_spread_are_the_target() {
        use Verdict::*;
        for (top1, expected) in [(94.3, Reproduced), (94.32, Better), (93.32, Reproduced), (93.3, Worse)] {
            let rigl = Record { distribution: "erk".into(), ..Record::default() };
            assert_eq!(judged_at("paper", "RigL (ERK)", rigl, top1).0, Some(expected), "{top1}");
        }
    }

    #[test]
    fn the_margin_is_twice_the_deviation_but_at_least_half_a_point() {
        use Verdict::*;
        // (measured, published, deviation): margins 0.6, 0.5 and 0.8.
        for (measured, published, deviation, expected) in [
            (94.7, 94.1, None, Reproduced),
            (94.71, 94.1, None, Better),
            (93.5, 94.1, None, Reproduced),
            (93.49, 94.1, None, Worse),
            (92.7, 92.2, Some(0.04), Reproduced),
            (92.71, 92.2, Some(0.04), Better),
            (91.69, 92.2, Some(0.04), Worse),
            (92.1, 91.3, Some(0.4), Reproduced),
            (90.5, 91.3, Some(0.4), Reproduced),
            (90.49, 91.3, Some(0.4), Worse),
        ] {
            assert_eq!(Verdict::on(measured - published, deviation), expected, "{measured}");
        }
    }
}
