//! What `harness data` and the engine do with CIFAR-10.

use sparsity::Settings;
use std::path::Path;

use super::folder::{self, MARKER_FILE, class_names};
use super::{Cifar10, Publisher, fetch, fingerprint, generate, verify};
use crate::fetch::Patience;
use crate::{
    Data, DataFailure, DataFileError, DataOperations, Fetched, Generated, Identity, OpenData, Packed,
    Progress, Splits, SyntheticSet, Verification,
};

/// The operations on CIFAR-10.
pub(super) struct Cifar10Data;

impl DataOperations for Cifar10Data {
    fn identify(&self, folder: &Path, _: &Settings) -> Result<Identity, DataFailure> {
        let mut identity = fingerprint(folder)?;
        if is_generated(folder)? {
            let changed = verify(folder).into_iter().find(|report| !report.is_ok());
            identity.notes.extend(changed.map(|report| {
                format!(
                    "this generated set does not fit its own checksums, or they cannot be read: {report}; if it is \
                     damaged, {}",
                    again(folder)
                )
            }));
        }
        Ok(identity)
    }

    fn open(&self, folder: &Path, _: &Settings) -> Result<OpenData, DataFailure> {
        let Cifar10 { train, test, fingerprint, .. } = Cifar10::load(folder)?;
        Ok(OpenData { fingerprint, data: Data::Resident(Splits { train, test }) })
    }

    fn class_names(&self, folder: &Path, _: &Settings) -> Result<Vec<String>, DataFailure> {
        Ok(class_names(folder)?)
    }

    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure> {
        Ok(generate(folder, set.train, set.test, set.seed)?)
    }

    fn fetch(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure> {
        let publisher = Publisher::toronto();
        progress(Progress::Note(format!("fetching {} into {}", publisher.url, folder.display())));
        Ok(fetch(folder, &publisher, &Patience::default(), &mut |step| progress(step.into()))?)
    }

    /// Compares every file with its checksum.
    fn verify(
        &self,
        folder: &Path,
        _: &Settings,
        _: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure> {
        let reports = verify(folder);
        let (wrong, count) = (reports.iter().filter(|report| !report.is_ok()).count(), reports.len());
        let remedy = match is_generated(folder)? {
            true => again(folder),
            false => {
                let folder = records::text::quoted(folder);
                format!("`harness data fetch cifar10 --data {folder}` downloads the published set")
            }
        };
        let fault = format!("{wrong} of {count} files are missing, damaged or unexpected; {remedy}");
        Ok(Verification {
            report: reports.iter().map(|report| format!("{report}\n")).collect(),
            fault: (wrong > 0).then_some(fault),
        })
    }

    fn pack(&self, _: &Path, _: &Path, _: u32, _: &mut dyn FnMut(Progress)) -> Result<Packed, DataFailure> {
        Err("cifar10 needs no pack: all of its images fit into memory as they are".into())
    }
}

/// Whether the set in `folder` is marked as generated.
fn is_generated(folder: &Path) -> Result<bool, DataFileError> {
    folder::is_generated(&folder::locate(folder)?)
}

/// How a generated set comes to be whole again.
fn again(folder: &Path) -> String {
    format!(
        "`harness data generate cifar10 --data {}` writes it again, with --train, --test and --seed as {MARKER_FILE} in \
         it says",
        records::text::quoted(folder)
    )
}
