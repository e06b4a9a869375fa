//! `harness doctor`: what this machine can run, what is missing, and what to do about it.

mod load;
mod machine;
mod nvidia;
mod self_check;

use crate::columns::align;
use crate::stdio;
use crate::worker_client::Worker;
use std::path::PathBuf;
use suites::{SUITES, Suite};
use trial::Exit;

/// Say what this machine can run, and what is missing
///
/// Exit code 1 if nothing can be trained at all.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
}

/// What was found on one point.
struct Finding {
    level: Level,
    about: &'static str,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// All is well.
    Ok,
    /// Something does less than it could.
    Note,
    /// Without it nothing can be trained.
    Missing,
}

impl Finding {
    fn ok(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Ok, about, text: text.into() }
    }

    fn note(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Note, about, text: text.into() }
    }

    fn missing(about: &'static str, text: impl Into<String>) -> Self {
        Self { level: Level::Missing, about, text: text.into() }
    }
}

impl Arguments {
    /// Prints the findings. Exit code 1 if nothing can be trained.
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut findings = training();
        findings.extend(nvidia::findings());
        findings.extend(SUITES.iter().map(data));
        findings.push(machine::python());
        findings.push(machine::processor());
        findings.extend(load::finding());
        findings.push(machine::writable(&self.out));
        findings.extend(self_check::findings(&self.out));
        let row = |finding: &Finding| {
            let level = match finding.level {
                Level::Ok => "ok",
                Level::Note => "note",
                Level::Missing => "missing",
            };
            vec![level.to_string(), finding.about.to_string(), finding.text.clone()]
        };
        stdio::show(&align(&findings.iter().map(row).collect::<Vec<_>>(), 0))?;
        let missing = findings.iter().any(|finding| finding.level == Level::Missing);
        Ok(if missing { Exit::CheckFailed } else { Exit::Done })
    }
}

/// The data of a suite, where they are looked for.
fn data(suite: &Suite) -> Finding {
    let folder = suite.usual_folder();
    match suite.data.identify(&folder, &suite.default_settings()) {
        Ok(found) => Finding::ok("data", format!("{} in {}", found.dataset, folder.display())),
        Err(error) => Finding::note("data", format!("{error}; profile smoke generates synthetic images")),
    }
}

/// The worker, its libtorch and the devices it can use.
fn training() -> Vec<Finding> {
    let worker = Worker::default();
    let path = match worker.path() {
        Ok(path) => path,
        Err(error) => return vec![Finding::missing("worker", format!("{error:#}"))],
    };
    let found = Finding::ok("worker", path.display().to_string());
    match worker.machine() {
        Err(error) => vec![found, Finding::missing("libtorch", format!("{error:#}"))],
        Ok(machine) => {
            let cuda = match machine.devices.len() {
                0 => Finding::note(
                    "cuda",
                    "no device; trials run on the CPU, where profile smoke takes minutes",
                ),
                _ => Finding::ok("cuda", machine.devices.join(", ")),
            };
            let libtorch = format!("{} on {} instructions", machine.libtorch, machine.instruction_set);
            vec![found, Finding::ok("libtorch", libtorch), cuda]
        }
    }
}
