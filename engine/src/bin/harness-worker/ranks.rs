//! The processes of one trial: where they meet, and those that the first of them starts.

use crate::failure::JobFailure;
use crate::followers::Followers;
use crate::vigil::Vigil;
use crate::waiting::Waiting;
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
    /// Watches over the others.
    vigil: Vigil,
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
    /// Goes away with the work done.
    pub fn leave(self) {
        self.vigil.leave();
    }

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
    let seconds = |number| Duration::try_from_secs_f64(number).map_err(JobFailure::usage);
    let (limit, silence) = (seconds(asked.limit)?, seconds(asked.silence)?);
    let wait = Wait { device, count: asked.count, limit, silence };
    let Some(place) = &asked.place else {
        let meeting = Meeting::serve(HERE, 0, limit).map_err(JobFailure::usage)?;
        let followers = Followers::start(job, asked, HERE, meeting.port())?;
        let waiting = Waiting::new(0, "the others".into(), wait.patience());
        return match wait.until_all_are_there(&meeting, 0, HERE, &waiting) {
            Ok((group, vigil)) => Ok(Some(party(group, Some(followers), vigil, meeting))),
            Err(failure) => Err(followers.failure_or(failure)),
        };
    };
    let RankPlace { rank, host, port, serves } = place;
    let waiting =
        Waiting::new(*rank, format!("an answer at {host}:{port}, where the ranks meet"), wait.patience());
    let began = Instant::now();
    loop {
        let met = attend(place, limit).map_err(JobFailure::usage).and_then(|meeting| {
            let (group, vigil) = wait.until_all_are_there(&meeting, *rank, host, &waiting)?;
            Ok(party(group, None, vigil, meeting))
        });
        match met {
            Ok(party) => return Ok(Some(party)),
            Err(failure) if *serves || began.elapsed() >= limit || !torch_ext::ranks_compiled() => {
                return Err(failure);
            }
            Err(_) => std::thread::sleep(AGAIN),
        }
    }
}

/// How a rank waits for others.
struct Wait {
    device: Device,
    count: usize,
    limit: Duration,
    silence: Duration,
}

impl Wait {
    /// How long it waits without a word.
    fn patience(&self) -> Duration {
        self.silence / 6
    }

    /// Becomes `rank` of those that come to `meeting`, a port of `host`, with the watch over them.
    fn until_all_are_there(
        &self,
        meeting: &Meeting,
        rank: usize,
        host: &str,
        waiting: &Waiting,
    ) -> Result<(Group, Vigil), JobFailure> {
        let (count, port) = (self.count, meeting.port());
        let there = |here: usize| {
            waiting.is_for(format!("the others at {host}:{port} ({here} of {count} are there)"));
        };
        let group = Group::new(meeting, rank, count, self.device, self.limit, there);
        let group = group.map_err(|error| JobFailure::runtime(RunError::Ranks(error)))?;
        let vigil = Vigil::keep(&group, meeting, self.silence)?;
        Ok((group, vigil))
    }
}

fn attend(place: &RankPlace, limit: Duration) -> torch_ext::Result<Meeting> {
    let attend = if place.serves { Meeting::serve } else { Meeting::join };
    attend(&place.host, place.port, limit)
}

fn party(group: Group, followers: Option<Followers>, vigil: Vigil, meeting: Meeting) -> Party {
    Party { ranks: Rc::new(Ranks::new(group)), followers, vigil, _meeting: meeting }
}
