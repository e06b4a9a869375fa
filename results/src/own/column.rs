//! The columns that a table of one's own results may have.

use records::{Metric, Record};

use crate::evidence::names::target;
use crate::page::number::{count, fps, interval, percent, plain, ratio, share, with_half_width};
use crate::page::text::capitalised;
use crate::table::legend::{INTERVAL_MEANING, marked};
use crate::table::structured::NOT_VALID;

use super::naming::method_name;
use super::row::OwnRow;

/// A column: its name on the command line and in CSV files, and what it shows of a line.
#[derive(Debug)]
pub struct OwnColumn {
    /// Its name.
    pub name: &'static str,
    /// What it shows, for lists of columns.
    pub about: &'static str,
    /// Its title in a printed table; that of the metric follows from the metric.
    title: &'static str,
    shows: Shows,
}

/// What a column shows of a line.
#[derive(Debug)]
enum Shows {
    /// What was run; the same in all trials of the line.
    Subject(fn(&Record) -> Option<String>),
    /// The sparsity or the latency that was asked for, or else the mean of the sparsities reached.
    Target,
    /// What was set beside the named variant of the method.
    Settings,
    /// The mean over the trials, and how it is printed.
    Mean(fn(&Record) -> Option<f64>, fn(f64) -> String),
    /// Of the metric's results.
    Score(Score),
    /// The throughput, with the mark of an invalid one.
    Fps,
    /// What is to be known of the result.
    Remarks,
}

/// What of the results of the trials is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Score {
    /// The mean with half the width of its interval.
    Mean,
    /// The interval.
    Interval,
    /// The sample standard deviation.
    Deviation,
    /// How many trials are in the mean.
    Seeds,
}

/// The columns that are shown where none are asked for and they say something.
pub const USUAL: [&str; 16] = [
    "method",
    "start",
    "distribution",
    "target",
    "settings",
    "score",
    "seeds",
    "map_all_points",
    "map_last_mean",
    "parameters",
    "train",
    "inference",
    "latency",
    "cost",
    "fps",
    "speed",
];

/// The columns that tell lines apart which are the same in the usual ones.
pub const TELLING: [&str; 6] = ["criterion", "epochs", "steps", "threads", "latency_table", "revision"];

const fn subject(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    of: fn(&Record) -> Option<String>,
) -> OwnColumn {
    OwnColumn { name, about, title, shows: Shows::Subject(of) }
}

const fn mean(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    of: fn(&Record) -> Option<f64>,
    text: fn(f64) -> String,
) -> OwnColumn {
    OwnColumn { name, about, title, shows: Shows::Mean(of, text) }
}

const fn score(name: &'static str, title: &'static str, about: &'static str, what: Score) -> OwnColumn {
    OwnColumn { name, about, title, shows: Shows::Score(what) }
}

static COLUMNS: [OwnColumn; 38] = [
    subject("suite", "Suite", "the suite", |r| text(&r.suite)),
    subject("dataset", "Data", "the data set", |r| text(&r.dataset)),
    subject("profile", "Profile", "the recipe's profile", |r| text(&r.profile)),
    subject("model", "Network", "the network", |r| text(&r.model)),
    subject("method", "Method", "the method, named as in the paper's tables", |r| text(&method_name(r).0)),
    subject("method_key", "Key", "the method's name on the command line", |r| text(&r.method)),
    subject("start", "Start", "pretrained, where training did not start from scratch", |r| {
        (!r.pretrained.is_empty()).then(|| "pretrained".to_string())
    }),
    subject("distribution", "Distribution", "how the sparsity is spread over the layers", |r| {
        r.distribution_name().map(String::from)
    }),
    OwnColumn {
        name: "target",
        about: "the sparsity or the share of latency that was asked for",
        title: "Target",
        shows: Shows::Target,
    },
    OwnColumn {
        name: "settings",
        about: "what was set beside the profile and the named variant of the method",
        title: "Settings",
        shows: Shows::Settings,
    },
    subject("criterion", "Criterion", "what weights or channels are ranked by", |r| text(&r.criterion)),
    subject("threads", "Threads", "processor threads that computed the training", |r| {
        r.threads.map(|threads| threads.to_string())
    }),
    subject("latency_table", "Latencies", "what latencies were looked up in", |r| text(&r.latency_table)),
    subject("revision", "Revision", "revisions of method and profile", |r| {
        let of = |revision: Option<u64>| revision.unwrap_or(0);
        Some(format!("{}.{}", of(r.method_revision), of(r.profile_revision)))
    }),
    score("score", "", "the result after the last epoch: mean ± half the 95 % interval", Score::Mean),
    score("interval", "95 % CI", "bounds of that interval", Score::Interval),
    score("deviation", "SD", "sample standard deviation of the results", Score::Deviation),
    score("seeds", "Seeds", "number of trials in the mean", Score::Seeds),
    mean("epochs", "Epochs", "length of the training", |r| r.epochs, rounded),
    mean("steps", "Steps", "optimizer steps of the training", |r| r.steps.map(float), whole),
    mean("sparsity", "Sparsity", "share of zeros, counted from the masks", |r| r.sparsity, percent),
    mean("top5", "Top-5 %", "top-5 accuracy after the last epoch", |r| r.top5, hundredths),
    mean("val_loss", "Loss", "validation loss after the last epoch, nats", |r| r.val_loss, ratio),
    mean("map_all_points", "All points", "mAP by all points", |r| r.map_all_points, hundredths),
    mean(
        "map_last_mean",
        "Last mean",
        "mean mAP of the last tenth of the training",
        |r| r.map_last_mean,
        hundredths,
    ),
    mean("parameters", "Parameters", "parameters that are not zero", |r| r.params_active.map(float), whole),
    mean(
        "macs",
        "MACs",
        "multiply-accumulates of one image, millions",
        |r| r.macs.map(|n| float(n) / 1e6),
        hundredths,
    ),
    mean("train", "Train ×", "FLOPs of training over dense training", |r| r.train_flops_ratio, ratio),
    mean(
        "inference",
        "Infer. ×",
        "FLOPs of one forward pass over the dense network's",
        |r| r.inference_flops_ratio,
        ratio,
    ),
    mean(
        "latency",
        "Lat. ×",
        "looked-up latency over the dense network's",
        |r| Some(r.latency_ms? / r.latency_dense_ms?),
        share,
    ),
    mean(
        "cost",
        "Cost ×",
        "training cost weighted by latency, over dense training",
        |r| r.train_cost_ratio.filter(|_| r.latency_target.is_some()),
        share,
    ),
    OwnColumn { name: "fps", about: "images per second", title: "FPS", shows: Shows::Fps },
    mean("speed", "Speed ×", "images per second over the dense network's", |r| r.fps_relative, share),
    mean("seconds", "Seconds", "seconds of training", |r| r.train_seconds, tenths),
    mean("energy", "kJ", "energy of training, kilojoules", |r| r.energy_kj, tenths),
    mean("memory", "MB", "greatest memory in use", |r| r.peak_memory_mb, rounded),
    mean("best", "Best", "best top-1 of any epoch; never the result", |r| r.top1_best, hundredths),
    OwnColumn {
        name: "remarks",
        about: "trials that failed, and why a result is not to be relied on",
        title: "Remarks",
        shows: Shows::Remarks,
    },
];

/// Every column.
pub fn columns() -> &'static [OwnColumn] {
    &COLUMNS
}

/// No column has this name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no column {0:?}; the columns are {known}", known = COLUMNS.iter().map(|it| it.name).collect::<Vec<_>>().join(", "))]
pub struct UnknownColumn(String);

/// The column of this name.
pub fn column(name: &str) -> Result<&'static OwnColumn, UnknownColumn> {
    COLUMNS.iter().find(|column| column.name == name).ok_or_else(|| UnknownColumn(name.to_string()))
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_string())
}

fn float(value: u64) -> f64 {
    value as f64
}

fn whole(value: f64) -> String {
    count(value.round() as u64)
}

fn rounded(value: f64) -> String {
    format!("{value:.0}")
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

fn hundredths(value: f64) -> String {
    format!("{value:.2}")
}

/// What the lines of a grid have in common.
#[derive(Debug)]
pub struct Common {
    /// What their results are.
    pub metric: Metric,
    /// What was set for all of them, each as `key=value`.
    pub settings: Vec<String>,
}

impl Common {
    /// What these lines, one at least, have in common.
    pub fn of(group: &[OwnRow]) -> Common {
        let metric = group.iter().find_map(OwnRow::metric).unwrap_or(Metric::TOP1);
        let mut settings = of_line(&group[0]);
        settings.retain(|setting| group.iter().all(|row| of_line(row).contains(setting)));
        Common { metric, settings }
    }

    /// What was set for a line alone.
    fn rest(&self, row: &OwnRow) -> String {
        let rest = of_line(row).into_iter().filter(|setting| !self.settings.contains(setting));
        rest.collect::<Vec<_>>().join("; ")
    }
}

/// What was set beside the named variant of the method.
fn of_line(row: &OwnRow) -> Vec<String> {
    let (_, settings) = method_name(row.first());
    settings.split("; ").filter(|setting| !setting.is_empty()).map(String::from).collect()
}

impl OwnColumn {
    /// Its title.
    pub(super) fn title(&self, metric: Metric) -> String {
        match self.shows {
            Shows::Score(Score::Mean) => format!("{} {}", capitalised(metric.short), metric.unit),
            _ => self.title.to_string(),
        }
    }

    /// Whether it says what was run, and not what came of it.
    pub(super) fn is_subject(&self) -> bool {
        matches!(self.shows, Shows::Subject(_) | Shows::Target | Shows::Settings)
    }

    /// Whether its cells are numbers, which end at the right.
    pub(super) fn is_right(&self) -> bool {
        matches!(self.shows, Shows::Target) || !self.is_subject() && !matches!(self.shows, Shows::Remarks)
    }

    /// What it shows of a line.
    pub(super) fn cell(&self, row: &OwnRow, common: &Common) -> Option<String> {
        match &self.shows {
            Shows::Subject(of) => of(row.first()),
            Shows::Target => {
                let reached = || row.trials.mean(|r| r.sparsity).map(percent);
                target(row.first()).or_else(|| reached().map(|sparsity| format!("reached {sparsity}")))
            }
            Shows::Settings => text(&common.rest(row)),
            Shows::Mean(of, text) => row.trials.mean(of).map(text),
            Shows::Fps => {
                let throughput = row.trials.throughput()?;
                let mark = throughput.doubt.map(|_| format!(" {NOT_VALID}")).unwrap_or_default();
                Some(format!("{}{mark}", fps(throughput.fps)))
            }
            Shows::Remarks => text(&row.remarks(common.metric).join("; ")),
            Shows::Score(what) => {
                let score = row.trials.score(common.metric)?;
                match what {
                    Score::Mean => Some(marked(with_half_width(score), &row.trials)),
                    Score::Interval => score.interval.map(interval),
                    Score::Deviation => score.deviation.map(hundredths),
                    Score::Seeds => Some(score.n.to_string()),
                }
            }
        }
    }

    /// Whether it is worth its place in a table of these lines: it has a value, and what was run is not the same in
    /// all. Method and target are always said, and a dense network has no distribution that could differ.
    pub(super) fn says_something(&self, group: &[OwnRow], common: &Common) -> bool {
        let has_value = group.iter().any(|row| self.cell(row, common).is_some());
        if !has_value || !self.is_subject() || matches!(self.name, "method" | "target") {
            return has_value;
        }
        let spread = |row: &&OwnRow| self.name != "distribution" || row.first().distribution_name().is_some();
        let mut cells = group.iter().filter(spread).map(|row| self.cell(row, common));
        let first = cells.next();
        cells.any(|cell| Some(cell) != first)
    }

    /// What it means, where its title does not say.
    pub(super) fn meaning(&self, group: &[OwnRow], metric: Metric) -> Option<String> {
        let repeated = group.iter().any(|row| row.trials.score(metric).is_some_and(|score| score.n > 1));
        match &self.shows {
            Shows::Score(Score::Mean) => {
                let spread =
                    if repeated { ", mean ± half the width of its 95 % confidence interval" } else { "" };
                Some(format!("{}: after the last epoch{spread}", capitalised(metric.short)))
            }
            Shows::Score(Score::Interval) if repeated => {
                Some(INTERVAL_MEANING.trim_end_matches('.').to_string())
            }
            Shows::Mean(..) if self.title.contains('×') || self.name.starts_with("map_") => {
                Some(format!("{}: {}", self.title, self.about))
            }
            _ => None,
        }
    }

    /// What it says of a line in a CSV file, in one column or several: words as they are recorded, numbers to six
    /// decimals, and what is to be known of them.
    pub(super) fn values(&self, row: &OwnRow, metric: Metric) -> Vec<Option<String>> {
        let first = row.first();
        match &self.shows {
            Shows::Subject(of) => vec![of(first)],
            Shows::Target => vec![first.sparsity_target.map(plain), first.latency_target.map(plain)],
            Shows::Settings => vec![text(&first.settings)],
            Shows::Mean(of, _) => vec![row.trials.mean(of).map(plain)],
            Shows::Fps => {
                let throughput = row.trials.throughput();
                let fps = throughput.as_ref().map(|throughput| plain(throughput.fps));
                vec![fps, throughput.and_then(|throughput| throughput.doubt)]
            }
            Shows::Remarks => vec![text(&row.remarks(metric).join("; "))],
            Shows::Score(what) => {
                let score = row.trials.score(metric);
                let bounds = score.and_then(|score| score.interval);
                match what {
                    Score::Mean => vec![text(metric.column), score.map(|score| plain(score.mean))],
                    Score::Interval => {
                        vec![bounds.map(|(low, _)| plain(low)), bounds.map(|(_, high)| plain(high))]
                    }
                    Score::Deviation => vec![score.and_then(|score| score.deviation).map(plain)],
                    Score::Seeds => vec![Some(score.map_or(0, |score| score.n).to_string())],
                }
            }
        }
    }

    /// The names of these columns.
    pub(super) fn value_names(&self) -> Vec<&'static str> {
        match self.shows {
            Shows::Target => vec!["sparsity_target", "latency_target"],
            Shows::Score(Score::Mean) => vec!["metric", "score"],
            Shows::Fps => vec!["fps", "fps_doubt"],
            Shows::Score(Score::Interval) => vec!["ci95_low", "ci95_high"],
            _ => vec![self.name],
        }
    }
}
