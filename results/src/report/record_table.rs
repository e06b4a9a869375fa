//! All records in one table: what each trial was, and its result.

use records::{Metric, Record};

use crate::evidence::names::target;
use crate::page::number::{billions, count, fps, ratio, share};
use crate::page::text::capitalised;
use crate::table::legend::{UNCHANGED, UNLEARNED};
use crate::table::structured::NOT_VALID;

use super::grid::{Cell, Head, row, table};
use super::html::{Html, id};

/// A column that all suites have: its title, whether it holds numbers, and its value for a record.
type CommonColumn = (&'static str, bool, fn(&Record) -> Option<String>);

/// What the trial was.
const TRIAL: [CommonColumn; 11] = [
    ("Key", false, |r| text(&r.key)),
    ("Suite", false, |r| text(&r.suite)),
    ("Data set", false, |r| text(&r.dataset)),
    ("Network", false, |r| text(&r.model)),
    ("Method", false, |r| text(&r.method)),
    ("Distribution", false, |r| r.distribution_name().map(String::from)),
    ("Target", true, target),
    ("Sparsity", true, |r| r.sparsity.map(ratio)),
    ("Seed", true, |r| Some(r.seed.to_string())),
    ("Profile", false, |r| text(&r.profile)),
    ("Settings", false, |r| text(&r.settings.replace(';', "; "))),
];

/// What came of it beside its result.
const OUTCOME: [CommonColumn; 12] = [
    ("Changes", true, |r| r.structure_changes.map(count)),
    ("Parameters", true, |r| r.params_active.map(count)),
    ("MACs (billions)", true, |r| r.macs.map(|macs| billions(macs as f64 / 1e9))),
    ("Train ×", true, |r| r.train_flops_ratio.map(ratio)),
    ("Infer. ×", true, |r| r.inference_flops_ratio.map(ratio)),
    ("Cost ×", true, |r| r.train_cost_ratio.map(share)),
    ("FPS", true, |r| r.fps.map(|rate| mark(fps(rate), !r.fps_doubt.is_empty(), NOT_VALID))),
    ("Speed ×", true, |r| r.fps_relative.map(share)),
    ("Seconds", true, |r| r.train_seconds.map(|seconds| format!("{seconds:.1}"))),
    ("Device", false, |r| text(&r.device)),
    ("Commit", false, |r| text(&r.commit)),
    ("Status", false, status),
];

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_string())
}

/// A number with a mark where it is less than it seems.
fn mark(number: String, is_marked: bool, mark: &str) -> String {
    if is_marked { format!("{number} {mark}") } else { number }
}

/// How the trial ended and why, whether the same settings mean another training now, and whether anything was learnt.
fn status(record: &Record) -> Option<String> {
    let outdated = record.outdated.as_ref().map(|why| format!("outdated: {why}"));
    let unlearned = record.unlearned.as_ref().map(|why| format!("did not learn: {why}"));
    let ended = text(&record.status).map(|status| match &record.divergence {
        Some(why) => format!("{status}: {why}"),
        None => status,
    });
    let skipped = record.skipped_files.filter(|count| *count > 0);
    let skipped = skipped.map(|count| format!("{count} unreadable files left out"));
    let said: Vec<String> = ended.into_iter().chain(outdated).chain(unlearned).chain(skipped).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// A column: its title, whether it holds numbers, and its value for a record.
type RecordColumn = (String, bool, Box<dyn Fn(&Record) -> Option<String>>);

/// What the trial was, its result by each metric, what else came of it.
fn columns() -> Vec<RecordColumn> {
    let common =
        |(title, number, said): CommonColumn| -> RecordColumn { (title.to_string(), number, Box::new(said)) };
    let result = |metric: Metric| -> RecordColumn {
        let title = format!("{} {}", capitalised(metric.short), metric.unit);
        let said = move |record: &Record| {
            let score = mark(format!("{:.2}", metric.of(record)?), record.never_changed(), UNCHANGED);
            Some(mark(score, record.unlearned.is_some(), UNLEARNED))
        };
        (title, true, Box::new(said))
    };
    TRIAL
        .into_iter()
        .map(common)
        .chain(Metric::ALL.map(result))
        .chain(OUTCOME.into_iter().map(common))
        .collect()
}

/// Writes the table; columns that are empty everywhere are left out.
pub fn write(html: &mut Html, records: &[Record]) {
    let mut columns = columns();
    columns.retain(|(_, _, said)| records.iter().any(|record| said(record).is_some()));
    let heads: Vec<Head> = columns.iter().map(|(title, number, _)| (title.as_str(), *number)).collect();
    html.element("section", &[("id", "records"), ("aria-labelledby", "records-title")], |html| {
        html.leaf("h2", &[("id", "records-title")], "Records");
        let what = format!(
            "One row per trial. Its key links to its spec, its environment and all recorded values. {NOT_VALID}: the \
             FPS measurement is invalid. {UNCHANGED}: the structure never changed, although the method changes it. \
             {UNLEARNED}: the network learnt nothing."
        );
        html.leaf("p", &[], &what);
        table(html, "All records", "sortable filterable", &heads, |html| {
            html.element("tbody", &[], |html| {
                for record in records {
                    row(html, &heads, |at| match at {
                        0 => Cell::link(&record.key, id("run", &record.key)),
                        _ => Cell::of(columns[at].2(record)),
                    });
                }
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_says_what_the_result_is_not() {
        let record = Record { status: "ok".into(), ..Record::default() };
        assert_eq!(status(&record).unwrap(), "ok");
        let unlearned = Record { unlearned: Some("its loss is 1e21".into()), ..record };
        assert_eq!(status(&unlearned).unwrap(), "ok, did not learn: its loss is 1e21");
        let skipping = Record { skipped_files: Some(3), status: "ok".into(), ..Record::default() };
        assert_eq!(status(&skipping).unwrap(), "ok, 3 unreadable files left out");
        let both = Record { outdated: Some("revision 0".into()), ..unlearned };
        assert_eq!(status(&both).unwrap(), "ok, outdated: revision 0, did not learn: its loss is 1e21");
        assert_eq!(status(&Record::default()), None);
        let why = Some("the loss is NaN after step 7".into());
        let diverged = Record { status: "diverged".into(), divergence: why, ..Record::default() };
        assert_eq!(status(&diverged).unwrap(), "diverged: the loss is NaN after step 7");
    }
}
