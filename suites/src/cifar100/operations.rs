//! What `harness data` and the engine do with CIFAR-100.

use sparsity::Settings;
use std::path::Path;

use super::{Cifar100, fingerprint, generate, toronto, verify};
use crate::cifar10::fetch;
use crate::fetch::Patience;
use crate::{
    Data, DataFailure, DataOperations, Fetched, Generated, Identity, OpenData, Packed, Progress, Splits,
    SyntheticSet, Verification,
};

/// The operations on CIFAR-100.
pub(super) struct Cifar100Data;

impl DataOperations for Cifar100Data {
    fn identify(&self, folder: &Path, _: &Settings) -> Result<Identity, DataFailure> {
        Ok(fingerprint(folder)?)
    }

    fn open(&self, folder: &Path, _: &Settings) -> Result<OpenData, DataFailure> {
        let Cifar100 { train, test, identity } = Cifar100::load(folder)?;
        Ok(OpenData { fingerprint: identity.fingerprint, data: Data::Resident(Splits { train, test }) })
    }

    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure> {
        Ok(generate(folder, set.train, set.test, set.seed)?)
    }

    fn fetch(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure> {
        let publisher = toronto();
        progress(Progress::Note(format!("fetching {} into {}", publisher.url, folder.display())));
        Ok(fetch(folder, &publisher, &Patience::default(), &mut |step| progress(step.into()))?)
    }

    /// Compares both files with their checksums.
    fn verify(
        &self,
        folder: &Path,
        _: &Settings,
        _: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure> {
        let reports = verify(folder);
        let (wrong, count) = (reports.iter().filter(|report| !report.is_ok()).count(), reports.len());
        let fault = format!(
            "{wrong} of {count} files are missing, damaged or unexpected; \
             `harness data fetch cifar100 --data {}` downloads the published set",
            records::text::quoted(folder)
        );
        Ok(Verification {
            report: reports.iter().map(|report| format!("{report}\n")).collect(),
            fault: (wrong > 0).then_some(fault),
        })
    }

    fn pack(&self, _: &Path, _: &Path, _: u32, _: &mut dyn FnMut(Progress)) -> Result<Packed, DataFailure> {
        Err("cifar100 needs no pack: all of its images fit into memory as they are".into())
    }
}
