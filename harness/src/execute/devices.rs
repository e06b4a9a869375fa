//! Which device the next trial gets, and when a device gets none any more.
//!
//! Nothing is started or waited for here: the scheduler says what happened, and is told what follows. A result does not
//! depend on it, since a trial is the same on every device of a kind.

use super::fault::Fault;
use crate::device::Device;
use std::collections::BTreeSet;

/// So many trials that run out of a device's memory, and not of another's, take it out.
const REFUSALS: usize = 3;

/// The devices of a command, by their place in its list.
#[derive(Debug)]
pub struct Devices {
    places: Vec<Place>,
    /// At which places which trials ran out of memory with nothing else there.
    ran_out: BTreeSet<(usize, usize)>,
}

#[derive(Debug)]
struct Place {
    device: Device,
    /// Trials that it may run at once.
    jobs: usize,
    running: usize,
    /// Trials that ran out of its memory since it last had enough for one, and have not run out of that of another device.
    refused: BTreeSet<usize>,
    serves: bool,
}

/// What follows from a fault of a device.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// The trial is run again, from its checkpoint; and what has changed, if anything did.
    Again(Option<String>),
    /// It is the trial that fails.
    Fails,
}

impl Devices {
    /// Devices, each with the number of trials that it may run at once.
    pub fn new(devices: impl IntoIterator<Item = (Device, usize)>) -> Self {
        let place =
            |(device, jobs)| Place { device, jobs, running: 0, refused: BTreeSet::new(), serves: true };
        Self { places: devices.into_iter().map(place).collect(), ran_out: BTreeSet::new() }
    }

    /// The places that have room for a trial, those that run the fewest first.
    pub fn free(&self) -> Vec<usize> {
        let has_room = |place: &&Place| place.serves && place.running < place.jobs;
        let free = self.places.iter().enumerate().filter(|(_, place)| has_room(place));
        let mut free: Vec<(usize, usize)> = free.map(|(at, place)| (place.running, at)).collect();
        free.sort();
        free.into_iter().map(|(_, at)| at).collect()
    }

    /// Whether a trial may run at a place: not where it ran out of memory, as long as there is another.
    pub fn suits(&self, at: usize, trial: usize) -> bool {
        !self.ran_out.contains(&(at, trial)) || !self.has_another(trial)
    }

    /// Whether there is a device whose memory a trial has not run out of.
    fn has_another(&self, trial: usize) -> bool {
        let mut places = self.places.iter().enumerate();
        places.any(|(at, place)| place.serves && !self.ran_out.contains(&(at, trial)))
    }

    /// The device at a place.
    pub fn device(&self, at: usize) -> Device {
        self.places[at].device
    }

    /// Whether it has to be said which device a trial runs on.
    pub fn are_several(&self) -> bool {
        self.places.len() > 1
    }

    /// Whether any device is left.
    pub fn serve(&self) -> bool {
        self.places.iter().any(|place| place.serves)
    }

    /// A trial begins at a place.
    pub fn begin(&mut self, at: usize) {
        self.places[at].running += 1;
    }

    /// A trial ends there, in whatever way.
    pub fn end(&mut self, at: usize) {
        self.places[at].running = self.places[at].running.saturating_sub(1);
    }

    /// A trial that ended there has a result, so the device has the memory for one.
    pub fn worked(&mut self, at: usize) {
        self.places[at].refused.clear();
    }

    /// What follows where a trial that has ended at a place failed of its device.
    pub fn fail(&mut self, at: usize, trial: usize, fault: &Fault) -> Next {
        match fault {
            Fault::Broken(words) => {
                Next::Again(self.take_out(at, words, "`nvidia-smi` and the kernel's log say more"))
            }
            Fault::Memory => self.out_of_memory(at, trial),
        }
    }

    fn out_of_memory(&mut self, at: usize, trial: usize) -> Next {
        let place = &mut self.places[at];
        if !place.serves {
            return Next::Again(None);
        }
        if place.running > 0 {
            // Those that still run there leave too little for one more.
            place.jobs = place.running;
            let (device, jobs) = (place.device, place.jobs);
            return Next::Again(Some(format!(
                "{device} ran out of memory: {jobs} at once on it from now on"
            )));
        }
        place.refused.insert(trial);
        self.ran_out.insert((at, trial));
        let tried = self.ran_out.iter().filter(|(_, other)| *other == trial).count();
        if tried > 1 || !self.has_another(trial) {
            // Two devices, or the only one, have too little for it: it is the trial that is too large.
            self.places.iter_mut().for_each(|place| {
                place.refused.remove(&trial);
            });
            return Next::Fails;
        }
        let refused = self.places[at].refused.len();
        if refused < REFUSALS {
            return Next::Again(None);
        }
        let why = format!("{refused} trials ran out of its memory");
        Next::Again(self.take_out(at, &why, "`nvidia-smi` shows what else uses it"))
    }

    /// Gives a device no more trials, and says so; nothing if that was so before.
    fn take_out(&mut self, at: usize, why: &str, remedy: &str) -> Option<String> {
        let place = &mut self.places[at];
        let served = std::mem::replace(&mut place.serves, false);
        served.then(|| format!("{} gets no more trials: {why}; {remedy}", place.device))
    }
}

#[cfg(test)]
mod tests;
