//! What came of the cases.

use std::fmt;

/// Counts, and what was not as it should be.
#[derive(Default)]
pub struct Tally {
    kills: usize,
    errors: usize,
    at_once: usize,
    wrong: Vec<(String, Vec<String>)>,
}

impl Tally {
    /// Counts a case with what it found, and prints it if that is anything.
    pub fn add(&mut self, case: String, found: Vec<String>) {
        match &case {
            case if case.contains(" at once") && case.contains("two programs") => self.at_once += 1,
            case if case.contains(" killed ") => self.kills += 1,
            _ => self.errors += 1,
        }
        if !found.is_empty() {
            println!("{case}");
            found.iter().for_each(|line| println!("    {line}"));
            self.wrong.push((case, found));
        }
    }

    /// Whether all was as it should be.
    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { kills, errors, at_once, wrong } = self;
        let with = |start: &[&str]| {
            let is = |line: &String| start.iter().any(|start| line.starts_with(start));
            wrong.iter().filter(|(_, found)| found.iter().any(is)).count()
        };
        writeln!(
            f,
            "{kills} kills, {errors} failing calls, {at_once} pairs of programs at once; of these {} not completed, {} with \
             another result, {} with something left over, {} with a panic, {} otherwise wrong",
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
