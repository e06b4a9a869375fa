//! Which device the next trial gets, and when a device gets none any more.
//!
//! Nothing is started or waited for here: the scheduler says what happened, and is told what follows. A result does not
//! depend on it, since a trial is the same on every device of a kind.
//!
//! Where a trial runs out of memory beside others, fewer run at once. It is then run again, with fewer beside it and in the end
//! alone; if it runs out of memory alone, too, it was no evidence that they were too many, and as many run as before.

use super::fault::Fault;
use crate::device::Device;
use std::collections::{BTreeMap, BTreeSet};

/// So many trials that ran out of a device's memory, and had enough of another's, take it out.
const REFUSALS: usize = 3;

/// The devices of a command, by their place in its list.
#[derive(Debug)]
pub struct Devices {
    places: Vec<Place>,
    /// At which places which trials ran out of memory with no other trial beside them.
    ran_out: BTreeSet<(usize, usize)>,
}

#[derive(Debug)]
struct Place {
    device: Device,
    /// Trials that it may run at once, whatever memory they need.
    jobs: usize,
    /// Trials that run there.
    running: BTreeSet<usize>,
    /// Trials that others ran beside when they last ran there, with those.
    beside: BTreeMap<usize, BTreeSet<usize>>,
    /// What says that fewer have to run at once for its memory.
    crowds: Vec<Crowd>,
    /// Trials that ran out of its memory and have a result from another device, since it last had enough for one.
    refused: usize,
    serves: bool,
}

/// Trials that were too many at once for the memory of a device, unless one of them turns out to be too large by itself.
#[derive(Debug)]
struct Crowd {
    trials: BTreeSet<usize>,
    /// How many are to run at once instead.
    fewer: usize,
}

/// What follows from a fault of a device.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// The trial is run again, from its checkpoint; and what has changed, if anything did.
    Again(Option<String>),
    /// It is the trial that fails; and what has changed, if anything did.
    Fails(Option<String>),
}

impl Devices {
    /// Devices, each with the number of trials that it may run at once.
    pub fn new(devices: impl IntoIterator<Item = (Device, usize)>) -> Self {
        let place = |(device, jobs)| Place {
            device,
            jobs,
            running: BTreeSet::new(),
            beside: BTreeMap::new(),
            crowds: Vec::new(),
            refused: 0,
            serves: true,
        };
        Self { places: devices.into_iter().map(place).collect(), ran_out: BTreeSet::new() }
    }

    /// The places that have room for a trial, those that run the fewest first.
    pub fn free(&self) -> Vec<usize> {
        let has_room = |place: &&Place| place.serves && place.running.len() < place.at_once();
        let free = self.places.iter().enumerate().filter(|(_, place)| has_room(place));
        let mut free: Vec<(usize, usize)> = free.map(|(at, place)| (place.running.len(), at)).collect();
        free.sort();
        free.into_iter().map(|(_, at)| at).collect()
    }

    /// Whether a trial may run at a place: not where it ran out of memory by itself, as long as there is another.
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
    pub fn begin(&mut self, at: usize, trial: usize) {
        let Place { running, beside, .. } = &mut self.places[at];
        beside.insert(trial, running.clone());
        for other in running.iter() {
            beside.entry(*other).or_default().insert(trial);
        }
        running.insert(trial);
    }

    /// A trial ends there, in whatever way.
    pub fn end(&mut self, at: usize, trial: usize) {
        self.places[at].running.remove(&trial);
    }

    /// A trial that ended at a place has a result, so that device has the memory for one, and those whose memory it ran
    /// out of have less than that. What has changed, if anything did.
    pub fn worked(&mut self, at: usize, trial: usize) -> Vec<String> {
        self.places[at].refused = 0;
        let mut said = Vec::new();
        for other in (0..self.places.len()).filter(|other| *other != at) {
            if !self.ran_out.contains(&(other, trial)) {
                continue;
            }
            self.places[other].refused += 1;
            let refused = self.places[other].refused;
            let has_others = self.places.iter().filter(|place| place.serves).count() > 1;
            if refused >= REFUSALS && has_others {
                let why = format!("{refused} trials ran out of its memory, and had enough elsewhere");
                said.extend(self.take_out(other, &why, "`nvidia-smi` shows what else uses it"));
            }
        }
        said
    }

    /// What follows where a trial that has ended at a place failed because of its device.
    pub fn fail(&mut self, at: usize, trial: usize, fault: &Fault) -> Next {
        let place = &mut self.places[at];
        let serves = place.serves;
        let others = place.beside.get(&trial).cloned().unwrap_or_default();
        let was_beside = !others.is_empty();
        match fault {
            Fault::Broken(words) => {
                Next::Again(self.take_out(at, words, "`nvidia-smi` and the kernel's log say more"))
            }
            Fault::Busy | Fault::Memory if !serves => Next::Again(None),
            Fault::Busy if was_beside => {
                let before = place.at_once();
                place.jobs = place.jobs.min(place.running.len().max(1));
                Next::Again(place.change(before, "takes no more processes at once"))
            }
            Fault::Busy => {
                let remedy = "`nvidia-smi` shows whether another process has it to itself";
                Next::Again(self.take_out(at, "it is busy or unavailable", remedy))
            }
            Fault::Memory if was_beside => {
                let before = place.at_once();
                // No more than run there now: together they were too many, even where the others have ended, too, by now.
                let fewer = place.running.len().max(1);
                place.crowds.push(Crowd { trials: others.into_iter().chain([trial]).collect(), fewer });
                Next::Again(place.change(before, "ran out of memory"))
            }
            Fault::Memory => {
                let before = place.at_once();
                // It ran out beside others because it is too large itself, which is no evidence about them.
                place.crowds.retain(|crowd| !crowd.trials.contains(&trial));
                let changed = place.change(before, "is too small for one of the trials alone");
                self.ran_out.insert((at, trial));
                // Where no device has enough, it is the trial that is too large.
                if self.has_another(trial) { Next::Again(changed) } else { Next::Fails(changed) }
            }
        }
    }

    /// Gives a device no more trials, and says so; nothing if that was so before.
    fn take_out(&mut self, at: usize, why: &str, remedy: &str) -> Option<String> {
        let place = &mut self.places[at];
        let served = std::mem::replace(&mut place.serves, false);
        served.then(|| format!("{} gets no more trials: {why}; {remedy}", place.device))
    }
}

impl Place {
    /// Trials that it may run at once.
    fn at_once(&self) -> usize {
        self.crowds.iter().map(|crowd| crowd.fewer).fold(self.jobs, usize::min)
    }

    /// What is to be said of how many it runs at once, and why, if these are others than `before`.
    fn change(&self, before: usize, why: &str) -> Option<String> {
        let now = self.at_once();
        (now != before).then(|| format!("{} {why}: {now} at once on it from now on", self.device))
    }
}

#[cfg(test)]
mod tests;
