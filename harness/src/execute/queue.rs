//! Which trial comes next. Trials that another process is running wait for a while and are tried again.

use std::collections::VecDeque;
use std::time::Instant;

/// Trials, by their index, that are neither running nor done.
#[derive(Debug)]
pub struct Queue {
    waiting: VecDeque<usize>,
    resting: Vec<(Instant, usize)>,
}

impl Queue {
    /// Trials 0 to `count`, from number `first` on and then from the beginning.
    pub fn new(count: usize, first: usize) -> Self {
        let mut waiting: VecDeque<usize> = (0..count).collect();
        waiting.rotate_left(first.checked_rem(count).unwrap_or(0));
        Self { waiting, resting: Vec::new() }
    }

    /// The next trial to start that is `ready`: one that waits, else one that has rested.
    pub fn next(&mut self, now: Instant, ready: impl Fn(usize) -> bool) -> Option<usize> {
        let waiting = self.waiting.iter().position(|trial| ready(*trial));
        let waiting = waiting.and_then(|place| self.waiting.remove(place));
        waiting.or_else(|| self.resting(|until, trial| until <= now && ready(trial)))
    }

    /// A trial that rests and is `ready`, whether it has rested or not.
    pub fn wake(&mut self, ready: impl Fn(usize) -> bool) -> Option<usize> {
        self.resting(|_, trial| ready(trial))
    }

    fn resting(&mut self, ready: impl Fn(Instant, usize) -> bool) -> Option<usize> {
        let place = self.resting.iter().position(|(until, trial)| ready(*until, *trial))?;
        Some(self.resting.remove(place).1)
    }

    /// Puts a trial that could not end where it ran before all others.
    pub fn again(&mut self, trial: usize) {
        self.waiting.push_front(trial);
    }

    /// Lets a trial rest.
    pub fn rest(&mut self, trial: usize, until: Instant) {
        self.resting.push((until, trial));
    }

    /// When the next trial will have rested.
    pub fn wakes(&self) -> Option<Instant> {
        self.resting.iter().map(|(until, _)| *until).min()
    }

    /// Whether nothing is left to start, now or later.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.resting.is_empty()
    }

    /// How many trials are left.
    pub fn len(&self) -> usize {
        self.waiting.len() + self.resting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_busy_trial_comes_back_after_the_others_and_its_rest() {
        let now = Instant::now();
        let later = now + Duration::from_secs(5);
        let mut queue = Queue::new(3, 0);
        let next = |queue: &mut Queue, now| queue.next(now, |_| true);
        assert_eq!(next(&mut queue, now), Some(0));
        queue.rest(0, later);
        assert_eq!([(); 3].map(|()| next(&mut queue, now)), [Some(1), Some(2), None]);
        assert!(!queue.is_empty() && queue.wakes() == Some(later) && queue.len() == 1);
        assert_eq!(next(&mut queue, later), Some(0));
        assert!(queue.is_empty() && queue.wakes().is_none());
    }

    #[test]
    fn one_that_rests_is_woken_where_it_is_ready_and_one_that_moves_comes_first() {
        let later = Instant::now() + Duration::from_secs(5);
        let mut queue = Queue::new(3, 5);
        let next = |queue: &mut Queue| queue.next(Instant::now(), |_| true);
        assert_eq!([(); 2].map(|()| next(&mut queue)), [Some(2), Some(0)]);
        queue.rest(2, later);
        queue.again(0);
        assert_eq!([(); 3].map(|()| next(&mut queue)), [Some(0), Some(1), None]);
        assert_eq!((queue.wake(|trial| trial != 2), queue.wake(|_| true)), (None, Some(2)));
        assert!(queue.is_empty() && Queue::new(0, 3).is_empty());
    }

    #[test]
    fn one_that_is_not_ready_lets_others_pass() {
        let now = Instant::now();
        let mut queue = Queue::new(3, 0);
        assert_eq!(queue.next(now, |trial| trial != 0), Some(1));
        assert_eq!(queue.next(now, |trial| trial == 1), None);
        assert_eq!(queue.next(now, |_| true), Some(0));
        assert_eq!(queue.len(), 1);
    }
}
