//! `harness selfcheck`: whether everything is right on a device, and how fast it is.

use crate::device::{self, DeviceChoice};
use crate::selfcheck::{Bench, Earlier, Logbook, STAGES, Session, exit_of, named_python};
use crate::worker_client::Worker;
use crate::{duration, stdio};
use records::self_check::{FOLDER, MARKDOWN, Subject};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use trial::Exit;

/// Check that everything is right on a device, and measure how fast it is
///
/// Stages run in order of worth: what the device and its libraries report; that every kind of step and every model
/// computes what it should; how long a training step takes, beside PyTorch in the Python that HARNESS_PYTHON names;
/// how many images a second networks take; a part of a latency table; how many trials at once train fastest, which
/// `--jobs auto` then takes. What came out of a check is written down as soon as it ends. Run the same command again
/// to make what there was no time for; what has passed or failed is made again only in another folder.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Device: auto (the first CUDA device, or the CPU), cpu or cuda:N
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// CPU threads [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Time for everything, such as 90s or 8m; every stage has a share of it
    #[arg(long, value_name = "TIME", default_value = "8m", value_parser = duration::parse)]
    time_budget: Duration,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Folder of this self-check [default: selfcheck-DEVICE in the folder of the results]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  harness selfcheck
  harness selfcheck --device cuda:1 --time-budget 20m
  harness selfcheck --device cpu --into selfcheck-laptop

Exit codes: 0 everything passed, or was skipped with a reason; 1 something failed; 4 interrupted; 5 out of time.
After 4 or 5, run the same command to resume.";

impl Arguments {
    /// Makes the checks and prints what came out.
    pub fn run(self) -> anyhow::Result<Exit> {
        let worker = Worker::default();
        let device = worker.device(self.device)?;
        let machine = worker.machine()?;
        let subject = Subject {
            commit: env!("HARNESS_COMMIT").into(),
            libtorch: machine.libtorch.clone(),
            device: device.to_string(),
            device_name: machine.name(device).unwrap_or_default().into(),
        };
        let folder = format!("{FOLDER}-{}", device::file_name(&subject.device_name));
        let folder = self.into.unwrap_or_else(|| self.out.join(folder));
        let about = format!("{} ({device})", subject.device_name);
        let (mut logbook, earlier) = Logbook::open(&folder, subject)?;
        stdio::say(format!("checking {about} for at most {}", duration::write(self.time_budget)));
        match earlier {
            Earlier::Nothing => {}
            Earlier::Kept(count) => {
                stdio::say(format!(
                    "{count} checks were made before and are kept; to make all again, name another folder with --into"
                ));
            }
            Earlier::Other(found) => stdio::say(format!(
                "what is in {} is of commit {}, libtorch {} on {} and is replaced",
                folder.display(),
                found.commit,
                found.libtorch,
                found.device_name,
            )),
        }
        let threads = self.threads.map_or(machine.threads, usize::from);
        let bench = Bench { worker: worker.path()?, device, threads, python: named_python() };
        let whole = Session::begin(bench, &mut logbook, self.time_budget)?.run(&STAGES)?;
        stdio::show_page(&results::self_check::as_text(logbook.self_check()))?;
        stdio::say(format!("every check, to paste into an issue: {}", folder.join(MARKDOWN).display()));
        if !whole {
            stdio::say("interrupted: run the same command to resume");
            return Ok(Exit::Interrupted);
        }
        Ok(exit_of(&logbook))
    }
}
