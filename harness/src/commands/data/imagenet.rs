//! ImageNet: every photograph read once, to check it or to pack it.

use super::bar;
use crate::stdio;
use indicatif::ProgressBar;
use std::path::Path;
use suites::imagenet::{self, Progress};
use trial::Exit;

/// All cores.
const THREADS: usize = 0;

fn photographs() -> anyhow::Result<ProgressBar> {
    bar("{bar:40} {pos}/{len} photographs, {per_sec}, {eta} left")
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.total as u64);
    bar.set_position(progress.done as u64);
}

/// Decodes every photograph of `folder`, or compares every image of a pack with its checksum.
pub fn verify(folder: &Path) -> anyhow::Result<Exit> {
    let bar = photographs()?;
    let verified = imagenet::verify(folder, THREADS, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    let verified = verified?;
    let mut text: String = verified.bad.iter().map(|bad| format!("{bad}\n")).collect();
    let (checked, bad) = (verified.checked, verified.bad.len());
    text += &format!("{}: {} of {checked} photographs can be read\n", folder.display(), checked - bad);
    stdio::show(&text)?;
    if bad == 0 {
        return Ok(Exit::Done);
    }
    stdio::say(format!(
        "error: {bad} photographs cannot be read; replace or delete them, or train without --strict, \
         which skips and counts them"
    ));
    Ok(Exit::CheckFailed)
}

/// Decodes the photographs of `folder` into a pack.
pub fn pack(folder: &Path, into: &Path, side: u32) -> anyhow::Result<Exit> {
    let bar = photographs()?;
    let packed = imagenet::pack(folder, into, side, THREADS, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    let packed = packed?;
    stdio::show(&format!(
        "{}: {} training and {} test images, {:.1} MB\n",
        into.display(),
        packed.train,
        packed.val,
        packed.bytes as f64 / 1e6
    ))?;
    for file in &packed.unreadable {
        stdio::say(format!("left out, because it cannot be read: {file}"));
    }
    Ok(Exit::Done)
}
