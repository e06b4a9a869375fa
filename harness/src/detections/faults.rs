//! What is wrong with files of detections.

use anyhow::bail;
use std::path::Path;

/// How many faults are named.
const NAMED: usize = 20;

/// The faults found so far.
#[derive(Default)]
pub struct Faults {
    named: Vec<String>,
    more: usize,
}

impl Faults {
    /// Notes what is wrong with a line of a file, counted from 1.
    pub fn add(&mut self, file: &Path, line: usize, problem: impl AsRef<str>) {
        if self.named.len() == NAMED {
            self.more += 1;
        } else {
            self.named.push(format!("{}:{line}: {}", file.display(), problem.as_ref()));
        }
    }

    /// An error that names them, if there are any.
    pub fn refuse(self) -> anyhow::Result<()> {
        let Faults { mut named, more } = self;
        if named.is_empty() {
            return Ok(());
        }
        if more > 0 {
            named.push(format!("and {more} more"));
        }
        bail!("these detections cannot be scored; correct them:\n  {}", named.join("\n  "))
    }
}
