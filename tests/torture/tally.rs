//! What came of the cases.

use crate::disturb::{Disturbance, Outcome};
use std::fmt;

/// Counts, and what was not as it should be.
#[derive(Default)]
pub struct Tally {
    kills: usize,
    errors: usize,
    read_errors: usize,
    at_once: usize,
    /// Cases in which the call was never reached, so that nothing was tried.
    not_reached: usize,
    wrong: Vec<(String, Vec<String>)>,
}

impl Tally {
    /// Counts a case with what came of it, and prints it if anything is wrong.
    pub fn add(&mut self, case: String, Outcome { disturbance, struck, found }: Outcome) {
        match disturbance {
            _ if !struck => self.not_reached += 1,
            Disturbance::Company => self.at_once += 1,
            Disturbance::Kill => self.kills += 1,
            Disturbance::Error => self.errors += 1,
            Disturbance::ReadError => self.read_errors += 1,
        }
        if !found.is_empty() {
            println!("{case}");
            found.iter().for_each(|line| println!("    {line}"));
            self.wrong.push((case, found));
        }
    }

    /// How many cases did what they were drawn for.
    pub fn struck(&self) -> usize {
        self.kills + self.errors + self.read_errors + self.at_once
    }

    /// Whether all was as it should be.
    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { kills, errors, read_errors, at_once, not_reached, wrong } = self;
        let with = |start: &[&str]| {
            let is = |line: &String| start.iter().any(|start| line.starts_with(start));
            wrong.iter().filter(|(_, found)| found.iter().any(is)).count()
        };
        writeln!(
            f,
            "{kills} kills, {errors} failing calls that change a file, {read_errors} that read one, {at_once} pairs of \
             programs at once, and {not_reached} cases whose call was never reached; of these {} not completed, \
             {} with another result, {} with something left over, {} with a panic, {} otherwise wrong",
            with(&["cannot be completed"]),
            with(&["missing", "differs", "printed"]),
            with(&["left over"]),
            with(&["panic"]),
            with(&["a worker", "exit code"]),
        )?;
        for (case, found) in wrong {
            writeln!(f, "{case}: {}", found.join("; "))?;
        }
        Ok(())
    }
}
