//! Whether the processes of the other ranks run. One that is stopped, or whose machine cannot be reached any more, leaves
//! the others waiting in an exchange; NCCL does not even notice where one has ended.
//!
//! A thread shows that this process runs, whatever the training is doing, and looks at what the others show. A second
//! one counts how long each has been silent, in ticks of its own, so that a time in which all of them were stopped, as
//! by Ctrl-Z or when Slurm suspends a job, counts as one tick. When a rank has been silent for too long, the process ends:
//! the training waits in a call that nothing else ends.

use crate::failure::{JobFailure, end};
use crate::waiting::say;
use engine::RunError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use torch_ext::{Group, Meeting, SignsOfLife};

/// Ticks of silence after which a rank is given up.
const TICKS: u32 = 12;
/// Ticks of silence after which it is named.
const NAMED: u32 = 2;
/// How long the end of a training waits until the others know of it.
const FAREWELL: Duration = Duration::from_secs(2);

/// The threads of a rank.
pub struct Vigil {
    left: Arc<AtomicBool>,
    /// Ends the two threads when it is dropped.
    over: Option<[Sender<()>; 2]>,
    /// Told when the first has ended.
    shown: Receiver<()>,
}

impl Vigil {
    /// Watches over the other ranks of `group`, which met at `meeting`; `silence` is how long one of them may be silent.
    pub fn keep(group: &Group, meeting: &Meeting, silence: Duration) -> Result<Self, JobFailure> {
        let lost = |error| JobFailure::runtime(RunError::Ranks(error));
        let signs = SignsOfLife::of(group, meeting).map_err(lost)?;
        let own = group.rank();
        // The first from here, so that all have shown one when all are here.
        let counts = Arc::new(Mutex::new(signs.give().map_err(lost)?));
        let left = Arc::new(AtomicBool::new(false));
        let tick = silence / TICKS;
        let (over_showing, showing) = channel();
        let (over_counting, counting) = channel();
        let (ended, shown) = channel();
        let (seen, leaves) = (counts.clone(), left.clone());
        let show = move || {
            while showing.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                // A meeting that is gone, too, is silent.
                if let Ok(counts) = signs.give() {
                    *seen.lock().unwrap_or_else(PoisonError::into_inner) = counts;
                }
            }
            if leaves.load(Ordering::Relaxed) {
                let _ = signs.leave();
            }
            let _ = ended.send(());
        };
        let count = move || {
            let mut silences = Silences::new(own);
            while counting.recv_timeout(tick) == Err(RecvTimeoutError::Timeout) {
                let now = counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
                silences.tick(now);
                let Some((rank, ticks)) = silences.longest() else { continue };
                let who = if rank == own {
                    "the process that serves the meeting of the ranks".into()
                } else {
                    format!("rank {rank}")
                };
                if ticks == NAMED {
                    let seconds = [tick * NAMED, silence].map(|time| time.as_secs_f64());
                    let [passed, limit] = seconds;
                    say(
                        own,
                        &format!(
                            "{who} has shown no sign of life for {passed} s; after {limit} s the trial ends"
                        ),
                    );
                }
                if ticks >= TICKS {
                    end(JobFailure::runtime(RunError::Silent { who, seconds: silence.as_secs_f64() }));
                }
            }
        };
        for thread in [Box::new(show) as Box<dyn FnOnce() + Send>, Box::new(count)] {
            std::thread::Builder::new().spawn(thread).map_err(|cause| {
                JobFailure::usage(format!(
                    "cannot watch the ranks: {cause}; raise the limit of processes (`ulimit -u`) or of memory (`ulimit -v`)"
                ))
            })?;
        }
        Ok(Self { left, over: Some([over_showing, over_counting]), shown })
    }

    /// Tells the others that this rank is done, and need not be watched any more.
    pub fn leave(mut self) {
        self.left.store(true, Ordering::Relaxed);
        self.over = None;
        // Who serves the meeting may have ended, or be stopped.
        let _ = self.shown.recv_timeout(FAREWELL);
    }
}

/// How long each rank has been silent.
struct Silences {
    own: usize,
    counts: Vec<i64>,
    ticks: Vec<u32>,
}

impl Silences {
    fn new(own: usize) -> Self {
        Self { own, counts: Vec::new(), ticks: Vec::new() }
    }

    /// A tick after which the ranks have shown so many signs of life; a rank that has left shows none and is not missed.
    fn tick(&mut self, counts: Vec<i64>) {
        if self.counts.len() != counts.len() {
            self.ticks = vec![0; counts.len()];
            self.counts = counts;
            return;
        }
        // Without a sign of one's own, nothing was heard of the others either.
        let heard = counts[self.own] != self.counts[self.own];
        for (rank, ticks) in self.ticks.iter_mut().enumerate() {
            let changed = counts[rank] != self.counts[rank];
            let missed = if rank == self.own { !heard } else { heard && !changed && counts[rank] >= 0 };
            if missed {
                *ticks += 1;
            } else if changed || rank == self.own {
                *ticks = 0;
            }
        }
        self.counts = counts;
    }

    /// The rank that has been silent for longest, if one is, and for how many ticks; this rank itself where the meeting cannot
    /// be reached.
    fn longest(&self) -> Option<(usize, u32)> {
        let ticks = self.ticks.iter().copied().enumerate().filter(|(_, ticks)| *ticks > 0);
        ticks.max_by_key(|(rank, ticks)| (*ticks, std::cmp::Reverse(*rank)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_silent_as_long_as_the_others_are_heard() {
        let mut silences = Silences::new(1);
        let mut tick = |counts: [i64; 3]| {
            silences.tick(counts.to_vec());
            silences.longest()
        };
        assert_eq!(tick([1, 1, 1]), None);
        assert_eq!(tick([2, 2, 1]), Some((2, 1)));
        assert_eq!(tick([2, 3, 1]), Some((2, 2)));
        assert_eq!(tick([3, 4, 2]), None);
        // Nothing was heard of anybody: the meeting is silent.
        assert_eq!(tick([3, 4, 2]), Some((1, 1)));
        assert_eq!(tick([3, 4, 2]), Some((1, 2)));
        assert_eq!(tick([4, 5, 2]), Some((2, 1)));
        // The first has left.
        assert_eq!(tick([i64::MIN / 2, 6, 3]), None);
        assert_eq!(tick([i64::MIN / 2, 7, 4]), None);
    }
}
