//! The processes of one trial: where they meet, and those that the first of them starts.

use crate::failure::JobFailure;
use crate::followers::Followers;
use engine::{Ranks, RunError};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tch::Device;
use torch_ext::{Group, Meeting};
use trial::protocol::{RankPlace, TrainJob};

/// Where ranks meet that a worker starts itself.
const HERE: &str = "127.0.0.1";
/// What is told where the ranks would be on GPUs, and cannot.
const NO_NCCL: &str = "several GPUs for one trial are not in this build: it was made without the headers of CUDA or NCCL. \
                       ./setup.sh says how to get those of CUDA; those of NCCL lie beside a libtorch of Python packages, or \
                       NCCL_HOME names a folder with include/nccl.h. Then `make build`, or take --device cpu, or leave out \
                       --ranks";
/// How long after a failure to meet it is tried again: the trial before may still be ending.
const AGAIN: Duration = Duration::from_secs(1);

/// The ranks of a trial, as far as this process has to do with them.
pub struct Party {
    /// All of them; dropped first.
    pub ranks: Rc<Ranks>,
    /// Those that it started.
    pub followers: Option<Followers>,
    /// The port at which they meet, if it serves it.
    _meeting: Meeting,
}

/// Whether this process is the only one of the trial, or rank 0.
pub fn is_first(job: &TrainJob) -> bool {
    let place = job.ranks.as_ref().and_then(|ranks| ranks.place.as_ref());
    place.is_none_or(|place| place.rank == 0)
}

/// Whether another process has started this one as one of several ranks.
pub fn was_started_by_another(job: &TrainJob) -> bool {
    job.ranks.as_ref().is_some_and(|ranks| ranks.place.is_some())
}

impl Party {
    /// What the first rank answers to a question that each has an answer to.
    pub fn first_says(&self, own: bool) -> Result<bool, JobFailure> {
        let answers = self.ranks.gather_bytes(&[u8::from(own)]).map_err(JobFailure::runtime)?;
        Ok(answers.first().is_some_and(|first| first == &[1]))
    }
}

/// Meets the other ranks of `job`, if there are any, and starts them first where nobody else does.
pub fn meet(job: &TrainJob, device: Device) -> Result<Option<Party>, JobFailure> {
    let Some(asked) = job.ranks.as_ref().filter(|ranks| ranks.count > 1) else { return Ok(None) };
    // Before anybody waits for the others.
    if device.is_cuda() && torch_ext::ranks_compiled() && !torch_ext::nccl_compiled() {
        return Err(JobFailure::usage(NO_NCCL));
    }
    let limit = Duration::try_from_secs_f64(asked.limit).map_err(JobFailure::usage)?;
    let Some(place) = &asked.place else {
        let meeting = Meeting::serve(HERE, 0, limit).map_err(JobFailure::usage)?;
        let followers = Followers::start(job, asked, HERE, meeting.port())?;
        return match Group::new(&meeting, 0, asked.count, device, limit) {
            Ok(group) => Ok(Some(party(group, Some(followers), meeting))),
            Err(error) => Err(followers.failure_or(JobFailure::runtime(RunError::Ranks(error)))),
        };
    };
    let began = Instant::now();
    loop {
        let met = attend(place, limit).map_err(JobFailure::usage).and_then(|meeting| {
            let group = Group::new(&meeting, place.rank, asked.count, device, limit);
            let group = group.map_err(|error| JobFailure::runtime(RunError::Ranks(error)))?;
            Ok(party(group, None, meeting))
        });
        match met {
            Ok(party) => return Ok(Some(party)),
            Err(failure) if place.serves || began.elapsed() >= limit || !torch_ext::ranks_compiled() => {
                return Err(failure);
            }
            Err(_) => std::thread::sleep(AGAIN),
        }
    }
}

fn attend(place: &RankPlace, limit: Duration) -> torch_ext::Result<Meeting> {
    let attend = if place.serves { Meeting::serve } else { Meeting::join };
    attend(&place.host, place.port, limit)
}

fn party(group: Group, followers: Option<Followers>, meeting: Meeting) -> Party {
    Party { ranks: Rc::new(Ranks::new(group)), followers, _meeting: meeting }
}
