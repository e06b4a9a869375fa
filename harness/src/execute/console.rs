//! What a person sees while trials run: bars on a terminal, otherwise one line
//! per finished trial. All of it goes to standard error.

use super::outcome::TrialOutcome;
use super::pace::Pace;
use crate::device::Device;
use crate::options::TrainingOptions;
use crate::plan::{PreparedPlan, label, percent};
use crate::{duration, stdio};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use records::text::visible;
use records::{Metric, Record};
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::Duration;
use trial::{Event, TrialSpec};

/// The person's view of the whole run.
pub struct Console {
    quiet: bool,
    verbose: bool,
    /// Bars, and the one over all trials; none without a terminal.
    bars: Option<(MultiProgress, ProgressBar)>,
    trials: usize,
    finished: usize,
    pace: Pace,
}

/// The person's view of one running trial.
pub struct Bar {
    bar: Option<ProgressBar>,
    key: String,
    label: String,
    /// What its suite measures.
    metric: Metric,
    score: Option<f64>,
}

impl Console {
    /// A console for the trials of a plan.
    pub fn new(options: &TrainingOptions, prepared: &PreparedPlan) -> Self {
        let trials = prepared.trials.len();
        let bars = (stderr().is_terminal() && !options.quiet).then(|| {
            let all = MultiProgress::new();
            let total = all.add(ProgressBar::new(trials as u64));
            total.set_style(style("{bar:16} {pos}/{len} trials, {elapsed} so far{msg}"));
            (all, total)
        });
        Self {
            quiet: options.quiet,
            verbose: options.verbose,
            bars,
            trials,
            finished: 0,
            pace: Pace::of(prepared),
        }
    }

    /// Says something, unless only errors are wanted.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Says an error.
    pub fn error(&self, text: &str) {
        self.line(&format!("error: {text}"));
    }

    fn line(&self, text: &str) {
        match &self.bars {
            Some((bars, _)) => bars.suspend(|| stdio::say(text)),
            None => stdio::say(text),
        }
    }

    /// A trial is committed already.
    pub fn found(&mut self, spec: &TrialSpec, outcome: &TrialOutcome) {
        match outcome {
            TrialOutcome::Done => {
                self.pace.end(&spec.key());
                self.count();
            }
            _ => self.finished(spec, outcome, None),
        }
    }

    /// A trial starts; `place` is the device, where there are several.
    pub fn start(&self, spec: &TrialSpec, place: Option<Device>) -> Bar {
        let label = place.map_or_else(|| label(spec), |device| format!("{device} {}", label(spec)));
        if self.bars.is_none() && place.is_some() {
            self.say(&format!("{label}: starts"));
        }
        let bar = self.bars.as_ref().map(|(bars, total)| {
            let bar = bars.insert_before(total, ProgressBar::new(1));
            bar.set_style(style("{prefix:28} {bar:16} {wide_msg}"));
            bar.set_prefix(visible(&label).into_owned());
            bar.set_message("starting");
            bar
        });
        let metric = suites::suite(&spec.suite).map_or(Metric::TOP1, |suite| suite.metric);
        Bar { bar, key: spec.key(), label, metric, score: None }
    }

    /// A running trial says something.
    pub fn event(&mut self, bar: &mut Bar, event: &Event) {
        match event {
            Event::Progress { step, steps, score, .. } => {
                self.pace.reach(&bar.key, *step, *steps);
                if let (Some((_, total)), Some(left)) = (&self.bars, self.pace.left()) {
                    total.set_message(format!(", about {} left", duration::write(left)));
                }
                if let Some(progress) = &bar.bar {
                    progress.set_length(*steps);
                    progress.set_position(*step);
                    progress.set_message(visible(&status(event, bar.metric)).into_owned());
                }
                if let Some(value) = score.filter(|_| self.verbose && *score != bar.score) {
                    let result = said(bar.metric, value);
                    self.line(&format!("{}: {result} by step {step} of {steps}", bar.label));
                }
                bar.score = *score;
            }
            Event::Warning { message } => self.say(&format!("warning: {}: {message}", bar.label)),
            // Said when the worker has ended, with the outcome.
            Event::Failed { .. } => {}
            // Of no training.
            Event::Measuring { .. }
            | Event::Timed(_)
            | Event::Fps(_)
            | Event::StepTimes(_)
            | Event::Lut(_)
            | Event::Detections(_)
            | Event::Checks { .. }
            | Event::Checking { .. }
            | Event::Checked { .. }
            | Event::ChecksDone
            | Event::Machine(_) => {}
        }
    }

    /// The bar of a trial is no longer needed.
    pub fn close_bar(&self, bar: Bar) {
        if let (Some((bars, _)), Some(bar)) = (&self.bars, bar.bar) {
            bar.finish_and_clear();
            bars.remove(&bar);
        }
    }

    /// A trial has ended, with this record, which has been judged, if it has a result.
    pub fn finished(&mut self, spec: &TrialSpec, outcome: &TrialOutcome, record: Option<&Record>) {
        self.pace.end(&spec.key());
        self.count();
        let name = format!("[{}/{}] {}", self.finished, self.trials, label(spec));
        match outcome {
            TrialOutcome::Done => {
                // On a terminal it stands beside the bar.
                let left = self.pace.left().filter(|_| self.bars.is_none() && self.finished < self.trials);
                let left = left.map(|left| format!("; about {} left", duration::write(left)));
                self.say(&format!("{name}: {}{}", result(record), left.unwrap_or_default()));
            }
            TrialOutcome::Diverged(why) => {
                let why = why.as_deref().unwrap_or("training diverged").trim();
                self.error(&format!("{name}: {why}; this is its recorded result"))
            }
            TrialOutcome::Failed(message) => self.error(&format!("{name}: {message}")),
            TrialOutcome::Refused(message) => self.error(&format!("{name}: {message}")),
            // They are not finished; see `stopped`.
            TrialOutcome::Interrupted | TrialOutcome::OutOfTime => {}
        }
    }

    /// A trial was stopped; `saved` says whether it has a checkpoint, which it has once its training has begun.
    pub fn stopped(&self, spec: &TrialSpec, outcome: &TrialOutcome, saved: bool) {
        let what = if *outcome == TrialOutcome::OutOfTime { "out of time" } else { "interrupted" };
        let then = match saved {
            true => "run the same command to resume",
            false => "its training had not begun, and the same command starts it",
        };
        self.say(&format!("{}: {what}; {then}", label(spec)));
    }

    fn count(&mut self) {
        self.finished += 1;
        if let Some((_, total)) = &self.bars {
            total.set_position(self.finished as u64);
        }
    }

    /// What a failed worker wrote last.
    pub fn last_words(&self, log: &Path, lines: &[String]) {
        if !lines.is_empty() {
            self.line(&format!("  the last lines of {}:", log.display()));
        }
        lines.iter().for_each(|line| self.line(&format!("    {line}")));
    }

    /// Takes the bars away.
    pub fn close(&self) {
        if let Some((_, total)) = &self.bars {
            total.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Progress in a line, behind the bar; what is wanted most comes first, since a narrow terminal cuts the rest.
fn status(event: &Event, metric: Metric) -> String {
    let Event::Progress { step, steps, epoch, stage, loss, sparsity, score, rate } = event else {
        return String::new();
    };
    let left = (steps.saturating_sub(*step)) as f64 / rate;
    let left = Duration::try_from_secs_f64(left)
        .map_or(String::new(), |left| format!("{} left, ", duration::write(left)));
    let score = score.map_or(String::new(), |value| format!("{}, ", said(metric, value)));
    let sparsity = percent((sparsity * 1e3).round() / 1e3);
    format!(
        "{score}{left}epoch {epoch:.1}, loss {loss:.3}, {stage}, sparsity {sparsity}, step {step} of {steps}, {rate:.1}/s"
    )
}

/// A value of `metric` as in `top-1 93.46%`.
fn said(metric: Metric, value: f64) -> String {
    format!("{} {value:.2}{}", metric.short, metric.unit)
}

/// The result of a trial in a line.
fn result(record: Option<&Record>) -> String {
    let Some(record) = record else { return "done".into() };
    let score = record.score().map(|value| said(record.metric(), value));
    let sparsity =
        record.sparsity.map(|sparsity| format!("sparsity {}", percent((sparsity * 1e4).round() / 1e4)));
    let time = record.train_seconds.map(|seconds| format!("{seconds:.1} s"));
    let skipped = record.skipped_files.filter(|count| *count > 0);
    let skipped = skipped.map(|count| format!("{count} unreadable photographs left out"));
    let unlearned = record.unlearned.as_ref().map(|why| format!("it did not learn, since {why}"));
    [score, sparsity, time, skipped, unlearned].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_long_it_will_take() {
        let event = Event::Progress {
            step: 50,
            steps: 150,
            epoch: 2.04,
            stage: "exploration".into(),
            loss: 1.5,
            sparsity: 0.90004,
            score: Some(42.0),
            rate: 10.0,
        };
        assert_eq!(
            status(&event, Metric::TOP1),
            "top-1 42.00%, 10s left, epoch 2.0, loss 1.500, exploration, sparsity 90%, step 50 of 150, 10.0/s"
        );
        let Event::Progress { step, steps, epoch, stage, loss, sparsity, .. } = event else { panic!() };
        let idle = Event::Progress { step, steps, epoch, stage, loss, sparsity, score: None, rate: 0.0 };
        assert_eq!(
            status(&idle, Metric::TOP1),
            "epoch 2.0, loss 1.500, exploration, sparsity 90%, step 50 of 150, 0.0/s"
        );
    }

    #[test]
    fn a_result_says_what_was_measured() {
        let record = Record { top1: Some(93.456), train_seconds: Some(12.34), ..Record::default() };
        assert_eq!(result(Some(&record)), "top-1 93.46%, 12.3 s");
        assert_eq!(result(None), "done");
    }
}
