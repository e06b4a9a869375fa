//! How many trials run at once on each device.

use crate::device::Device;
use crate::plan::{PlannedTrial, kinds};
use crate::ranks::Launched;
use crate::slurm;
use crate::worker_client::Worker;
use records::SelfCheck;
use records::self_check::JOBS;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use trial::{TrainingMemory, bytes, host_memory};

/// What a process takes beside its training: libtorch, and images that are kept in memory. The 60,000 of CIFAR-10 are
/// 184 MB.
const BESIDE_TRAINING: u64 = 500_000_000;

/// What a person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobsChoice {
    /// As many on each device as its last self-check found to train fastest.
    Auto,
    /// So many on each device.
    Number(NonZeroUsize),
}

impl FromStr for JobsChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text.parse().map(Self::Number).map_err(|_| "write a number above 0, or auto".into()),
        }
    }
}

/// Numbers of trials and, where the program chose them, why.
#[derive(Debug, PartialEq)]
pub struct ChosenJobs {
    /// How many at once on each device.
    pub each: Vec<usize>,
    /// In words.
    pub why: Option<String>,
}

/// Cores that this program may use, by its affinity, its control group and the job that it runs in.
pub fn cores() -> usize {
    let usable = usable_cores();
    slurm::cores().map_or(usable, |given| given.min(usable))
}

/// Cores for this process of those that somebody else has started for one trial.
pub fn cores_of(launched: &Launched) -> usize {
    launched.cores(usable_cores(), slurm::cores())
}

/// Cores that this process may use by its affinity and its control group.
fn usable_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl ChosenJobs {
    /// What is usual for `trials` on a processor, trained on a data set of so many images: as many as there are cores for
    /// their threads, and memory for. Each of the `ranks` processes of a trial takes as much as a trial of one.
    pub fn on_processor(trials: &[PlannedTrial], train_images: usize, ranks: usize) -> Self {
        let threads = trials.iter().map(|trial| trial.spec.threads.get()).max().unwrap_or(1);
        // Trials that differ only in their seed need the same.
        let needs = kinds(trials).into_iter().map(|(trial, _)| {
            let (method, steps) = (trial.method(train_images), trial.steps(train_images));
            TrainingMemory::of(&trial.resolved, &*method, steps, true).total()
        });
        let each = ranks as u64 * (needs.max().unwrap_or(0) + BESIDE_TRAINING);
        Self::that_fit(cores() / (threads * ranks), each, host_memory::free())
    }

    /// Up to so many trials, each of which takes `each` of the `free` bytes.
    fn that_fit(most: usize, each: u64, free: Option<u64>) -> Self {
        let most = most.max(1);
        match free.map(|free| (free / each).max(1) as usize) {
            Some(fit) if fit < most => Self {
                each: vec![fit],
                why: Some(format!(
                    "{fit} at once, because a trial is estimated to take {} of memory, and {} are free",
                    bytes(each),
                    bytes(free.unwrap_or(0))
                )),
            },
            _ => Self { each: vec![most], why: None },
        }
    }

    /// What `choice` comes to on `devices`: `usual` unless something else is asked for, and for a processor. It is
    /// worked out only then, since it takes a look at every step. Self-checks are those in the folder of results `out`.
    pub fn of(
        choice: Option<JobsChoice>,
        usual: impl FnOnce() -> Self,
        devices: &[Device],
        worker: &Worker,
        out: &Path,
    ) -> anyhow::Result<Self> {
        match choice {
            None => Ok(usual()),
            Some(JobsChoice::Number(number)) => {
                Ok(Self { each: vec![number.into(); devices.len()], why: None })
            }
            Some(JobsChoice::Auto) if devices == [Device::Cpu] => {
                let Self { each, why } = usual();
                let number = each.iter().sum::<usize>();
                let as_usual = || format!("--jobs auto: {number} at once, as usual on a processor");
                Ok(Self { each, why: Some(why.unwrap_or_else(as_usual)) })
            }
            Some(JobsChoice::Auto) => {
                let machine = worker.machine()?;
                let names = devices.iter().map(|device| machine.name(*device).unwrap_or_default());
                Ok(Self::auto(&names.collect::<Vec<_>>(), out))
            }
        }
    }

    /// What the self-checks of the devices of these names found.
    fn auto(names: &[&str], out: &Path) -> Self {
        let mut each = Vec::new();
        let mut why = Vec::new();
        for name in names {
            let found = checked(name, out);
            let at_once = found.as_ref().map_or(1, |(jobs, _)| *jobs);
            each.push(at_once);
            why.push(match found {
                Some((_, folder)) => format!("{at_once} at once on {name}, by the self-check {}", folder.display()),
                None => format!(
                    "{at_once} at once on {name}, of which {} has no self-check that says more (`harness selfcheck`)",
                    out.display()
                ),
            });
        }
        why.dedup();
        Self { each, why: Some(format!("--jobs auto: {}", why.join("; "))) }
    }
}

/// What the last self-check of the device called `name` found, and its folder.
fn checked(name: &str, out: &Path) -> Option<(usize, PathBuf)> {
    let jobs = |folder: PathBuf| {
        // One that is damaged says nothing; `harness doctor` tells of it.
        let check = SelfCheck::read(&folder).ok()??;
        let found =
            check.checks.iter().find(|found| check.subject.device_name == name && found.name == JOBS)?;
        let number = found.finding.quantities.iter().find(|quantity| quantity.name == JOBS)?.value?;
        Some((found.at.clone(), (number >= 1.0).then_some(number as usize)?, folder))
    };
    let last = SelfCheck::folders(out).into_iter().filter_map(jobs).max_by(|(a, ..), (b, ..)| a.cmp(b));
    last.map(|(_, jobs, folder)| (jobs, folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::{Check, Finding, Subject};

    fn write(folder: &Path, device: &str, at: &str, jobs: f64) {
        let finding = Finding::pass("").and(JOBS, jobs, "");
        let check = Check { stage: "trains".into(), name: JOBS.into(), at: at.into(), seconds: 0.0, finding };
        let subject = Subject {
            commit: "a".into(),
            libtorch: "2.11.0".into(),
            device: "cuda:0".into(),
            device_name: device.into(),
        };
        std::fs::create_dir_all(folder).unwrap();
        SelfCheck { subject, checks: vec![check] }.write(folder).unwrap();
    }

    #[test]
    fn a_number_is_above_zero() {
        assert_eq!("auto".parse(), Ok(JobsChoice::Auto));
        assert_eq!("3".parse(), Ok(JobsChoice::Number(NonZeroUsize::new(3).unwrap())));
        for wrong in ["0", "", "-1", "many"] {
            assert!(wrong.parse::<JobsChoice>().unwrap_err().contains("auto"), "{wrong}");
        }
    }

    #[test]
    fn a_processor_runs_what_fits() {
        let number = |most, free| ChosenJobs::that_fit(most, 1_000_000_000, free).each[0];
        assert_eq!(
            [number(8, None), number(8, Some(9_500_000_000)), number(8, Some(3_900_000_000))],
            [8, 8, 3]
        );
        // One is tried in any case: with more threads than cores, and where the estimate says that it will not fit.
        assert_eq!([number(0, None), number(8, Some(1))], [1, 1]);
        let why = ChosenJobs::that_fit(8, 1_000_000_000, Some(3_900_000_000)).why.unwrap();
        assert!(why.contains("3 at once") && why.contains("1.0 GB") && why.contains("3.9 GB"), "{why}");
    }

    #[test]
    fn what_is_usual_is_worked_out_only_where_it_is_asked_for() {
        let of = |choice, usual: fn() -> ChosenJobs| {
            let (worker, out) = (Worker::default(), Path::new("."));
            ChosenJobs::of(Some(choice), usual, &[Device::Cpu], &worker, out).unwrap()
        };
        let three = JobsChoice::Number(NonZeroUsize::new(3).unwrap());
        assert_eq!(of(three, || panic!("nobody asks")), ChosenJobs { each: vec![3], why: None });
        let auto = of(JobsChoice::Auto, || ChosenJobs { each: vec![2], why: None });
        assert!(auto.each == [2] && auto.why.unwrap().contains("2 at once, as usual"));
    }

    #[test]
    fn every_device_takes_what_its_last_self_check_found() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        write(&out.join("selfcheck-old"), "H100", "2026-01-01T00:00:00Z", 8.0);
        write(&out.join("selfcheck-new"), "H100", "2026-02-01T00:00:00Z", 4.0);
        write(&out.join("selfcheck-other"), "A100", "2026-03-01T00:00:00Z", 2.0);
        std::fs::create_dir(out.join("selfcheck-damaged")).unwrap();
        std::fs::write(out.join("selfcheck-damaged/selfcheck.json"), "{").unwrap();
        let auto = |names: &[&str]| {
            let chosen = ChosenJobs::auto(names, out);
            (chosen.each, chosen.why.unwrap())
        };
        let (each, why) = auto(&["H100"]);
        assert!(each == [4] && why.contains("selfcheck-new"), "{each:?} {why}");
        assert_eq!(auto(&["H100", "A100"]).0, [4, 2]);
        let (each, why) = auto(&["V100", "V100"]);
        assert!(
            each == [1, 1] && why.contains("harness selfcheck") && why.matches("V100").count() == 1,
            "{why}"
        );
    }
}
