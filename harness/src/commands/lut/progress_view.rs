//! How far measurements are: a bar on a terminal, else a line every tenth of the way.

use crate::{duration, stdio};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::time::Instant;

/// How measurements are shown on standard error.
pub struct ProgressView {
    bar: Option<ProgressBar>,
    started: Instant,
    done: usize,
    total: usize,
}

impl ProgressView {
    /// A view of the progress of `total` measurements.
    pub fn new(total: usize) -> Self {
        let template = "{bar:24} {pos}/{len} measured, {eta} left  {wide_msg}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = stderr().is_terminal().then(|| ProgressBar::new(total as u64).with_style(style));
        Self { bar, started: Instant::now(), done: 0, total }
    }

    /// One is done: `what`.
    pub fn step(&mut self, what: &str) {
        self.done += 1;
        let Self { bar, started, done, total } = self;
        if let Some(bar) = bar {
            bar.set_message(records::text::visible(what).into_owned());
            bar.inc(1);
        } else if *done * 10 / *total > (*done - 1) * 10 / *total {
            let left = started.elapsed().mul_f64((*total - *done) as f64 / *done as f64);
            stdio::say(format!("{done}/{total} measured, {} left", duration::write(left)));
        }
    }
}

impl Drop for ProgressView {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
