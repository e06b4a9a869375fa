//! How long the rest of a plan takes, at the pace so far.

use crate::hours::dense_steps;
use crate::plan::PreparedPlan;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The work of a plan's trials, in dense training steps weighed by what they work on, and how much of it is done.
pub struct Pace {
    /// The work of each trial that has not ended, by its key.
    open: BTreeMap<String, f64>,
    /// Where each running trial began and is, as shares of it.
    running: BTreeMap<String, (f64, f64)>,
    /// What was done here.
    done: f64,
    began: Option<Instant>,
}

impl Pace {
    /// That of a plan of which nothing is done yet.
    pub fn of(prepared: &PreparedPlan) -> Self {
        let images = prepared.data.identity.train;
        Self::new(prepared.trials.iter().map(|trial| (trial.spec.key(), dense_steps(trial, images))))
    }

    fn new(works: impl Iterator<Item = (String, f64)>) -> Self {
        Self { open: works.collect(), running: BTreeMap::new(), done: 0.0, began: None }
    }

    /// A trial is at `step` of `steps`.
    pub fn reach(&mut self, key: &str, step: u64, steps: u64) {
        self.began.get_or_insert_with(Instant::now);
        let share = (step as f64 / steps.max(1) as f64).min(1.0);
        self.running.entry(key.into()).or_insert((share, share)).1 = share;
    }

    /// A trial has ended, or was done already. One that failed has cost as much time as it got on.
    pub fn end(&mut self, key: &str) {
        let work = self.open.remove(key).unwrap_or(0.0);
        if let Some((from, now)) = self.running.remove(key) {
            self.done += work * (now - from);
        }
    }

    /// How long the rest takes, if that can be told yet.
    pub fn left(&self) -> Option<Duration> {
        self.after(self.began?.elapsed())
    }

    /// The same after so much time.
    fn after(&self, elapsed: Duration) -> Option<Duration> {
        let of = |key: &String| self.open.get(key).copied().unwrap_or(0.0);
        let running: f64 = self.running.iter().map(|(key, (from, now))| of(key) * (now - from)).sum();
        let ahead: f64 = self.running.iter().map(|(key, (_, now))| of(key) * now).sum();
        let left = self.open.values().sum::<f64>() - ahead;
        let seconds = elapsed.as_secs_f64() * left / (self.done + running);
        Duration::try_from_secs_f64(seconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_the_work_so_far_says() {
        let mut pace = Pace::new(
            [("a", 100.0), ("b", 100.0), ("c", 200.0)].map(|(key, work)| (key.into(), work)).into_iter(),
        );
        let left = |pace: &Pace, seconds| pace.after(Duration::from_secs(seconds)).map(|left| left.as_secs());
        assert_eq!(pace.left(), None);
        pace.reach("a", 0, 10);
        assert_eq!(left(&pace, 10), None, "nothing is done yet");
        pace.reach("a", 5, 10);
        // 50 of 400 in ten seconds.
        assert_eq!(left(&pace, 10), Some(70));
        pace.reach("a", 10, 10);
        pace.end("a");
        assert_eq!(left(&pace, 20), Some(60));
        // One that resumes at its middle has done nothing here yet.
        pace.reach("c", 50, 100);
        assert_eq!(left(&pace, 20), Some(40));
        pace.reach("c", 75, 100);
        assert_eq!(left(&pace, 30), Some(30));
        // What was done before costs no time.
        pace.end("b");
        assert_eq!(left(&pace, 30), Some(10));
        pace.end("c");
        assert_eq!(left(&pace, 40), Some(0));
    }

    #[test]
    fn a_trial_that_fails_early_does_not_make_the_rest_faster() {
        let mut pace =
            Pace::new([("a", 100.0), ("b", 100.0)].map(|(key, work)| (key.into(), work)).into_iter());
        pace.reach("a", 0, 10);
        pace.reach("a", 1, 10);
        pace.end("a");
        // A tenth of it took ten seconds.
        assert_eq!(pace.after(Duration::from_secs(10)), Some(Duration::from_secs(100)));
    }
}
