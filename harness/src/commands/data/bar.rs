//! The progress bar of an operation on a data set.

use crate::stdio;
use indicatif::{ProgressBar, ProgressStyle};
use suites::Progress;

const BYTES: &str = "{bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
const PHOTOGRAPHS: &str = "{bar:40} {pos}/{len} photographs, {per_sec}, {eta} left{msg}";

/// A bar that appears with the first report that counts something.
#[derive(Default)]
pub struct CountingBar(Option<ProgressBar>);

impl CountingBar {
    /// Shows how far the operation is; a note becomes a line above the bar.
    pub fn show(&mut self, progress: Progress) {
        match progress {
            Progress::Bytes { done, total } => {
                let bar = self.counting(BYTES);
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(done);
            }
            Progress::Photographs { done, total, unreadable } => {
                let bar = self.counting(PHOTOGRAPHS);
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                if unreadable > 0 {
                    bar.set_message(format!(", {unreadable} unreadable"));
                }
            }
            Progress::Note(text) => match &self.0 {
                Some(bar) => bar.suspend(|| stdio::say(text)),
                None => stdio::say(text),
            },
        }
    }

    /// Takes the bar away.
    pub fn clear(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }

    fn counting(&mut self, template: &str) -> &ProgressBar {
        self.0.get_or_insert_with(|| {
            let style = ProgressStyle::with_template(template).expect("the templates are well-formed");
            ProgressBar::no_length().with_style(style)
        })
    }
}
