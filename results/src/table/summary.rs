//! The summary at the end of a run: what was just measured, without published values.

use records::{Metric, Record};

use crate::evidence::names::{method, name, subject, target};
use crate::evidence::trials::Trials;
use crate::page::number::{accuracy, count, fps, interval, percent, ratio, share};
use crate::page::text::{self, capitalised};
use crate::page::{Grid, Page, PageItem, left, right};

use super::legend::{INTERVAL, INTERVAL_MEANING, marked, meaning_of_marks};

/// What the columns of a detection are.
const DETECTION_MEANING: &str = "All points: mAP as the area under the whole precision-recall curve. Last mean: mean \
                                 mAP over the evaluations of the last tenth of the training.";

/// Means over the seeds of every method, one table per suite, data set, profile and network.
pub fn records_summary(records: &[Record]) -> String {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by(|a, b| {
        let target = |r: &Record| r.latency_target.or(r.sparsity_target).unwrap_or(-1.0);
        (place(a), subject(a)).cmp(&(place(b), subject(b))).then_with(|| target(a).total_cmp(&target(b)))
    });
    let mut page = Page::default();
    for group in sorted.chunk_by(|a, b| place(a) == place(b)) {
        let [suite, dataset, profile, model, _] = place(group[0]);
        page.items.push(PageItem::Heading(format!(
            "suite {suite} on {dataset}, profile {profile}, network {model}"
        )));
        let trials: Vec<Trials> = group
            .chunk_by(|a, b| {
                subject(a) == subject(b)
                    && (a.sparsity_target, a.latency_target) == (b.sparsity_target, b.latency_target)
            })
            .map(|same| Trials(same.to_vec()))
            .collect();
        let metric = Trials(group.to_vec()).metric();
        page.items.push(PageItem::Grid(grid(&trials, metric)));
        let failures = trials
            .iter()
            .filter_map(|same| Some(format!("{}: {}.", name(same.0[0]), same.failures(metric)?)));
        let doubts = trials.iter().filter_map(|same| {
            let doubt = same.0.iter().find(|record| !record.fps_doubt.is_empty())?;
            Some(format!("† {}: the FPS measurement is invalid: {}.", name(doubt), doubt.fps_doubt))
        });
        let marks = trials
            .iter()
            .flat_map(|same| meaning_of_marks(same).map(|what| format!("{}: {what}.", name(same.0[0]))));
        let notes: Vec<String> = failures.chain(marks).chain(doubts).collect();
        if !notes.is_empty() {
            page.items.push(PageItem::Notes(notes));
        }
    }
    if page.items.iter().any(|item| item.has_column(INTERVAL)) {
        page.items.push(PageItem::Notes(vec![INTERVAL_MEANING.to_string()]));
    }
    if records.iter().any(|record| record.map.is_some()) {
        page.items.push(PageItem::Notes(vec![DETECTION_MEANING.to_string()]));
    }
    if records.is_empty() {
        page.items.push(PageItem::Paragraph("No results are recorded yet.".to_string()));
    }
    text::page(&page)
}

fn place(record: &Record) -> [&str; 5] {
    [&record.suite, &record.dataset, &record.profile, &record.model, &record.data_fingerprint]
}

fn grid(trials: &[Trials], metric: Metric) -> Grid {
    let repeated =
        trials.iter().any(|trials| trials.score(metric).is_some_and(|score| score.interval.is_some()));
    let channels = trials.iter().any(|trials| trials.0[0].latency_target.is_some());
    let mut columns = vec![
        left("Method"),
        left("Distr."),
        right("Sparsity"),
        left(format!("{} {} (n)", capitalised(metric.short), metric.unit)),
    ];
    if repeated {
        columns.push(left(INTERVAL));
    }
    // Of other metrics the best epoch is not recorded.
    let best = metric == Metric::TOP1;
    columns.extend(best.then(|| right("Best")));
    let detects = metric == Metric::MAP;
    if detects {
        columns.extend(["All points", "Last mean"].map(right));
    }
    columns.extend([right("Parameters"), right("Train ×"), right("Infer. ×"), right("Seconds")]);
    if channels {
        columns.extend(["Lat. ×", "Cost ×", "FPS", "Speed ×"].map(right));
    }
    let row = |trials: &Trials| {
        let first = trials.0[0];
        let score = trials.score(metric);
        let distribution = first.distribution_name().map(String::from);
        // Where no sparsity was asked for, the one reached.
        let reached = || trials.mean(|r| r.sparsity).map(|sparsity| format!("reached {}", percent(sparsity)));
        let shown = score.map(accuracy).map(|score| marked(score, trials));
        let mut cells = vec![Some(method(first)), distribution, target(first).or_else(reached), shown];
        if repeated {
            cells.push(score.and_then(|score| score.interval).map(interval));
        }
        cells.extend(best.then(|| trials.mean(|r| r.top1_best).map(|best| format!("{best:.2}"))));
        if detects {
            let precision = |quantity: fn(&Record) -> Option<f64>| {
                trials.mean(quantity).map(|percent| format!("{percent:.2}"))
            };
            cells.extend([precision(|r| r.map_all_points), precision(|r| r.map_last_mean)]);
        }
        cells.extend([
            trials.mean(|r| r.params_active.map(|n| n as f64)).map(|n| count(n.round() as u64)),
            trials.mean(|r| r.train_flops_ratio).map(ratio),
            trials.mean(|r| r.inference_flops_ratio).map(ratio),
            trials.mean(|r| r.train_seconds).map(|seconds| format!("{seconds:.1}")),
        ]);
        if channels {
            let latency = |r: &Record| Some(r.latency_ms? / r.latency_dense_ms?);
            let doubt = if first.fps_doubt.is_empty() { "" } else { " †" };
            cells.push(trials.mean(latency).map(share));
            cells.push(trials.mean(|r| r.train_cost_ratio).map(share));
            cells.push(trials.mean(|r| r.fps).map(|rate| format!("{}{doubt}", fps(rate))));
            cells.push(trials.mean(|r| r.fps_relative).map(share));
        }
        cells
    };
    Grid { columns, blocks: vec![trials.iter().map(row).collect::<Vec<_>>().into()] }
}
