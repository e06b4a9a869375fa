//! The quantity that the trials of a suite are compared by: the column of a record that is its result.

use crate::Record;

/// A quantity measured once training has ended, in a column of its own.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The column of a record that holds it.
    pub column: &'static str,
    /// Its name in running text.
    pub name: &'static str,
    /// Its short name, for table headings.
    pub short: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// What a record says of it, in the unit; nothing where it was not measured.
    pub value: fn(&Record) -> Option<f64>,
}

impl Metric {
    /// Every metric that a record has a column for.
    pub const ALL: [Metric; 2] = [Metric::TOP1, Metric::MAP];

    /// Of classification: the share of test images whose most probable class is the right one.
    pub const TOP1: Metric = Metric {
        column: "top1",
        name: "top-1 accuracy",
        short: "top-1",
        unit: "%",
        higher_is_better: true,
        value: |record| record.top1,
    };

    /// Of detection: the mean over classes of the area under the precision-recall curve.
    pub const MAP: Metric = Metric {
        column: "map",
        name: "mean average precision",
        short: "mAP",
        unit: "%",
        higher_is_better: true,
        value: |record| record.map,
    };

    /// What a record says of it, in [`unit`](Metric::unit); nothing where it was not measured.
    pub fn of(&self, record: &Record) -> Option<f64> {
        (self.value)(record)
    }

    /// By how much `to` is better than `from`, in [`unit`](Metric::unit); negative if it is worse.
    pub fn gain(&self, from: f64, to: f64) -> f64 {
        if self.higher_is_better { to - from } else { from - to }
    }
}

/// The column identifies the metric.
impl PartialEq for Metric {
    fn eq(&self, other: &Metric) -> bool {
        self.column == other.column
    }
}

impl Eq for Metric {}

impl Record {
    /// The quantity that the trial is compared by: that of detection where it was measured, else that of
    /// classification. A trial without a result, as one that diverged, does not show which it would have had.
    pub fn metric(&self) -> Metric {
        if Metric::MAP.of(self).is_some() { Metric::MAP } else { Metric::TOP1 }
    }

    /// The trial's result: its metric after the last epoch.
    pub fn score(&self) -> Option<f64> {
        self.metric().of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metric_follows_from_what_was_measured() {
        let classified = Record { top1: Some(93.5), ..Record::default() };
        let detected = Record { map: Some(77.2), ..Record::default() };
        assert_eq!((classified.metric(), classified.score()), (Metric::TOP1, Some(93.5)));
        assert_eq!((detected.metric(), detected.score()), (Metric::MAP, Some(77.2)));
        assert_eq!(Record::default().score(), None);
    }

    #[test]
    fn a_gain_is_for_the_better() {
        let lower = Metric { higher_is_better: false, ..Metric::TOP1 };
        assert_eq!((Metric::TOP1.gain(90.0, 91.0), lower.gain(90.0, 91.0)), (1.0, -1.0));
    }

    #[test]
    fn every_metric_is_a_column_of_records() {
        for metric in Metric::ALL {
            assert!(Record::columns().iter().any(|column| column == metric.column));
            let json = format!(r#"{{"{}": 12.5}}"#, metric.column);
            let record: Record = serde_json::from_str(&json).unwrap();
            assert_eq!((record.metric(), metric.of(&record)), (metric, Some(12.5)));
        }
    }
}
