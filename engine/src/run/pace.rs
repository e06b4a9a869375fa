//! How long a step takes, in milliseconds and in passes of the reference workload.
//!
//! Steps are timed in windows that end where the training waits for the device anyway, and the
//! reference workload between two windows, so that whatever slows the machine down affects both. On a
//! processor the time in which the training's main thread waited for a core is left out. What is not
//! training (evaluations, checkpoints) is in no window. Sums go into the checkpoint, so that a training
//! in several processes has one pace; time spent on the reference workload does not count as training
//! time.

use crate::reference_workload::ReferenceWorkload;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Windows that do not count: libraries and allocators settle meanwhile.
const WARM_UP: u64 = 2;
/// Highest share of the time of steps that all passes of the reference workload together may take; the
/// first reading is taken even so.
const SHARE: f64 = 0.02;

/// What was timed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Timed {
    /// Seconds of the windows that count, on the wall.
    pub seconds: f64,
    /// Seconds of the same by the clock that also times the reference workload.
    pub work_seconds: f64,
    /// Steps in them.
    pub steps: u64,
    /// Seconds of the reference workload's readings, each the median of several passes.
    pub reference_seconds: f64,
    /// Those readings.
    pub passes: u64,
    /// Seconds on the wall of everything that was run for them; of an older checkpoint, which does not
    /// tell, none.
    #[serde(default)]
    pub spent_seconds: f64,
}

impl Timed {
    /// Mean time of a step, milliseconds.
    pub fn step_ms(&self) -> Option<f64> {
        (self.steps > 0).then(|| 1e3 * self.seconds / self.steps as f64)
    }

    /// Mean time of a step, passes of the reference workload; none where clocks show no time for either.
    pub fn step_per_reference(&self) -> Option<f64> {
        // Only what was timed has seconds, so neither count is zero then.
        (self.reference_seconds > 0.0 && self.work_seconds > 0.0)
            .then(|| self.work_seconds / self.steps as f64 / (self.reference_seconds / self.passes as f64))
    }

    /// Whether another reading that costs as much as the mean one stays within [`SHARE`].
    fn affords_a_reading(&self) -> bool {
        let reading = self.spent_seconds / self.passes.max(1) as f64;
        self.spent_seconds + reading <= SHARE * self.seconds
    }
}

/// Times the steps of a process.
#[derive(Debug)]
pub(super) struct Pace {
    reference: ReferenceWorkload,
    windows: u64,
    began: Instant,
    work_began: f64,
    first: u64,
}

impl Pace {
    pub fn new(reference: ReferenceWorkload) -> Pace {
        Pace { work_began: reference.clock(), reference, windows: 0, began: Instant::now(), first: 0 }
    }

    /// Begins a window after `step` steps; the one that was open does not count.
    pub fn begin(&mut self, step: u64) {
        (self.began, self.work_began, self.first) = (Instant::now(), self.reference.clock(), step);
    }

    /// Ends a window after `step` steps, with an idle device, and begins the next.
    pub fn end(&mut self, step: u64, timed: &mut Timed) {
        self.windows += 1;
        if self.windows > WARM_UP && step > self.first {
            timed.seconds += self.began.elapsed().as_secs_f64();
            timed.work_seconds += self.reference.clock() - self.work_began;
            timed.steps += step - self.first;
            if timed.affords_a_reading() {
                let began = Instant::now();
                timed.reference_seconds += self.reference.seconds();
                timed.passes += 1;
                timed.spent_seconds += began.elapsed().as_secs_f64();
            }
        }
        self.begin(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn a_pace_is_a_mean_over_what_counts() {
        let nothing = Timed::default();
        assert_eq!((nothing.step_ms(), nothing.step_per_reference()), (None, None));
        let timed = Timed {
            seconds: 3.0,
            work_seconds: 2.5,
            steps: 100,
            reference_seconds: 0.05,
            passes: 10,
            spent_seconds: 0.16,
        };
        assert!((timed.step_ms().unwrap() - 30.0).abs() < 1e-9);
        assert!((timed.step_per_reference().unwrap() - 5.0).abs() < 1e-9);
        assert_eq!(Timed { reference_seconds: -0.001, ..timed }.step_per_reference(), None);
        assert_eq!(Timed { work_seconds: 0.0, ..timed }.step_per_reference(), None);
    }

    #[test]
    fn what_begins_anew_does_not_count() {
        let (mut pace, mut timed) = (Pace::new(ReferenceWorkload::new(Device::Cpu)), Timed::default());
        for step in 1..=WARM_UP {
            pace.end(step, &mut timed);
        }
        assert_eq!(timed, Timed::default());
        pace.begin(10);
        pace.end(10, &mut timed);
        assert_eq!(timed.steps, 0);
        pace.end(20, &mut timed);
        assert_eq!((timed.steps, timed.passes), (10, 1));
        assert!(timed.step_per_reference().unwrap() > 0.0);
        // Of the passes of a reading at least half took as long as their median.
        assert!(timed.spent_seconds >= 2.0 * timed.reference_seconds, "{timed:?}");
    }

    /// Windows and readings of every proportion, readings of uneven cost among them.
    #[test]
    fn all_that_readings_cost_stays_within_the_share() {
        for window in [0.003, 0.05, 0.3, 2.0, 40.0] {
            for reading in [0.0005, 0.006, 0.02, 0.3] {
                let mut timed = Timed::default();
                for _ in 0..5000 {
                    timed.seconds += window;
                    if timed.affords_a_reading() {
                        timed.passes += 1;
                        timed.spent_seconds += reading * [0.9, 1.1][timed.passes as usize % 2];
                    }
                    // One reading may cost more than those before it did.
                    let allowed = SHARE * timed.seconds + 0.2 * reading;
                    assert!(
                        timed.passes == 1 || timed.spent_seconds <= allowed,
                        "{window} {reading} {timed:?}"
                    );
                }
                // And as much of the share is used as windows and whole readings allow.
                let share = (SHARE * timed.seconds - 2.2 * reading).min(4999.0 * 0.9 * reading);
                assert!(timed.passes >= 1 && timed.spent_seconds >= share, "{window} {reading} {timed:?}");
            }
        }
    }

    #[test]
    fn an_older_checkpoint_is_read_on() {
        let older = r#"{"seconds":3.0,"work_seconds":2.5,"steps":100,"reference_seconds":0.05,"passes":10}"#;
        let timed: Timed = serde_json::from_str(older).unwrap();
        assert_eq!((timed.passes, timed.spent_seconds), (10, 0.0));
        assert!((timed.step_per_reference().unwrap() - 5.0).abs() < 1e-9);
    }
}
