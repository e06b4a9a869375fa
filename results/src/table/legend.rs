//! The text under the tables: the meaning of columns, marks and verdicts, and the sources.

use records::Metric;
use records::detection::Rule;

use crate::evidence::Verdict;
use crate::evidence::trials::{Trials, UNRELIABLE_TABLE};
use crate::paper::{PublishedValue, Status, TableDefinition};

use super::marks::SourceMarks;
use super::structured;

/// Title of the column of [`Summary::CONFIDENCE`](crate::statistics::Summary::CONFIDENCE).
pub const INTERVAL: &str = "95 % CI";

/// Marks the result of trials whose structure never changed.
pub const UNCHANGED: &str = "‡";

/// Marks the result of trials that learnt nothing.
pub const UNLEARNED: &str = "§";

/// Marks the result of trials that could not read all of their data.
pub const SKIPPING: &str = "¶";

/// Marks the result of channels that were pruned by a latency table of which much is marked as unreliable.
pub const DOUBTFUL_LATENCY: &str = "‖";

/// What stands behind a score of `trials`, so that it is not taken for more than it is.
pub fn marked(score: String, trials: &Trials) -> String {
    let marks = [
        (trials.never_changed(), UNCHANGED),
        (trials.learnt_nothing(), UNLEARNED),
        (trials.skipped_files().is_some(), SKIPPING),
        (trials.doubtful_latencies(), DOUBTFUL_LATENCY),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).fold(score, |score, (_, mark)| format!("{score} {mark}"))
}

/// What these marks mean for `trials`.
fn meaning_of_marks(trials: &Trials) -> impl Iterator<Item = String> {
    let said = [
        (UNCHANGED, trials.unchanged()),
        (UNLEARNED, trials.unlearned()),
        (SKIPPING, trials.skipped_files()),
    ];
    said.into_iter().filter_map(|(mark, what)| Some(format!("{mark} {}", what?)))
}

/// What is to be known of the mean of `trials`: which of them failed, what its marks mean, and seeds counted twice.
pub fn remarks(trials: &Trials, metric: Metric) -> impl Iterator<Item = String> {
    let failures = trials.failures(metric).into_iter();
    failures.chain(meaning_of_marks(trials)).chain(trials.repeated_seeds())
}

/// Why the share of latency that remains for `trials` is not comparable, with the mark that says so in the table.
pub fn doubts_of_latency(trials: &Trials) -> Vec<String> {
    let said = |doubt: &str| match doubt {
        UNRELIABLE_TABLE => format!("{DOUBTFUL_LATENCY} {doubt}"),
        _ => doubt.to_string(),
    };
    trials.doubts_of_latency().map(said).collect()
}

/// What the intervals beside the means are.
pub const INTERVAL_MEANING: &str = "95 % CI: Student's t confidence interval of the mean, assuming that the \
                                    results of different seeds are independent and normally distributed.";

/// The meaning of columns, marks and verdicts.
pub fn notes(marks: &SourceMarks, definition: &TableDefinition, measured: bool, judged: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if measured {
        let difference = " Diff: measured minus published, in percentage points; where the published column has the \
                          range of several groups, minus their mean.";
        let flops = " Train ×, Infer. ×: FLOPs of training and of one forward pass, relative to the \
                     dense network.";
        notes.push(format!(
            "Measured: {} after the last epoch, mean ± sample standard deviation (number \
             of trials).{}{}",
            definition.metric.short,
            if marks.is_empty() { "" } else { difference },
            if definition.structured() { "" } else { flops },
        ));
    }
    if measured && definition.metric == Metric::MAP {
        notes.push(format!(
            "mAP: by rule {} unless a row names another. The CSV format also has it by all points, and its mean \
             over the evaluations of the last tenth of the training.",
            Rule::default()
        ));
    }
    if definition.structured() {
        notes.extend(structured::meaning(definition.metric, measured, judged));
    }
    if measured && !marks.is_empty() {
        notes.push(Verdict::rule(judged));
    }
    if marks.tells(|value| value.train_flops_ratio.or(value.inference_flops_ratio)) {
        let what = "FLOPs of training or of one forward pass, as the source counts them";
        notes.push(format!("Publ. ×: {what}, relative to the dense network."));
    }
    if definition
        .rows
        .iter()
        .any(|row| definition.levels().any(|level| definition.reproductions(row.label, level).is_some()))
    {
        notes.push(
            "Range after a published value: the lowest and the highest value of the independent groups that published \
             it, that value among them, all trained on all images; some sources give the best epoch, as they say \
             below."
                .to_string(),
        );
    }
    let some = |status| marks.values().iter().any(|value| value.status == status);
    if some(Status::Secondary) {
        let digitised = if some(Status::Digitised) { ", or read off a figure" } else { "" };
        notes.push(format!("≈: from a secondary source, not from the original publication{digitised}."));
    }
    notes.extend(marks.sources().iter().map(|value| {
        let status = match value.status {
            Status::Read => "",
            Status::Secondary => "; secondary source",
            Status::Computed => "; computed",
            Status::Digitised => "; digitised",
        };
        let conditions = match value.conditions.as_str() {
            "" => String::new(),
            conditions => format!("; {conditions}, so not comparable"),
        };
        let PublishedValue { source, location, .. } = value;
        format!("{} {source}, {location}{status}{conditions}", marks.mark(value))
    }));
    notes
}
