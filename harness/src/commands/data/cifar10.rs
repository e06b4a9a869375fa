//! CIFAR-10: downloaded from its publisher, checked against its checksums.

use super::bar;
use crate::stdio;
use std::path::Path;
use suites::cifar10::{self, Fetched, Patience, Progress, Publisher};
use trial::Exit;

/// Downloads it into `folder`.
pub fn fetch(folder: &Path) -> anyhow::Result<Exit> {
    let bar = bar("{bar:40} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left")?;
    let publisher = Publisher::toronto();
    stdio::say(format!("getting {} into {}", publisher.url, folder.display()));
    let say = |text: String| bar.suspend(|| stdio::say(text));
    let fetched = cifar10::fetch(folder, &publisher, &Patience::default(), &mut |progress| match progress {
        Progress::Downloading { have, total } => {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(have);
        }
        Progress::Retrying { have, pause, cause } => {
            say(format!("cut after {have} bytes ({cause}); trying again in {} s", pause.as_secs()));
        }
        Progress::Unpacking => say("unpacking".into()),
        Progress::SetAside { path } => say(format!("what was in the way is now {}", path.display())),
    });
    bar.finish_and_clear();
    let text = match fetched? {
        Fetched::Installed { folder } => format!("{}: fetched, every checksum is right\n", folder.display()),
        Fetched::AlreadyThere { folder } => {
            format!("{}: already there, every checksum is right\n", folder.display())
        }
    };
    stdio::show(&text)?;
    Ok(Exit::Done)
}

/// Compares every file of `folder` with its checksum.
pub fn verify(folder: &Path) -> anyhow::Result<Exit> {
    let reports = cifar10::verify(folder);
    stdio::show(&reports.iter().map(|report| format!("{report}\n")).collect::<String>())?;
    let wrong = reports.iter().filter(|report| !report.is_ok()).count();
    if wrong == 0 {
        return Ok(Exit::Done);
    }
    let (count, folder) = (reports.len(), folder.display());
    stdio::say(format!(
        "error: {wrong} of {count} files are not as they should be; \
         `harness data fetch cifar10 --data {folder}` gets the real set"
    ));
    Ok(Exit::CheckFailed)
}
