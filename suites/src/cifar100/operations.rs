//! What `harness data` and the engine do with CIFAR-100.

use sparsity::Settings;
use std::path::Path;

use super::generate::SET;
use super::set::{class_names, is_generated};
use super::{Cifar100, fingerprint, generate, toronto};
use crate::cifar10::fetch_with_note;
use crate::{
    Data, DataFailure, DataOperations, Fetched, Generated, Identity, OpenData, Packed, Progress, Splits,
    SyntheticSet, Verification,
};

/// The operations on CIFAR-100.
pub(super) struct Cifar100Data;

impl DataOperations for Cifar100Data {
    fn identify(&self, folder: &Path, _: &Settings) -> Result<Identity, DataFailure> {
        let mut identity = fingerprint(folder)?;
        if is_generated(folder)? {
            identity.notes.extend(SET.changed(folder));
        }
        Ok(identity)
    }

    fn open(&self, folder: &Path, _: &Settings) -> Result<OpenData, DataFailure> {
        let Cifar100 { train, test, identity } = Cifar100::load(folder)?;
        Ok(OpenData { fingerprint: identity.fingerprint, data: Data::Resident(Splits { train, test }) })
    }

    fn class_names(&self, folder: &Path, _: &Settings) -> Result<Vec<String>, DataFailure> {
        Ok(class_names(folder)?)
    }

    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure> {
        Ok(generate(folder, set.train, set.test, set.seed)?)
    }

    fn fetch(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure> {
        Ok(fetch_with_note(folder, &toronto(), progress)?)
    }

    /// Compares every file with its checksum.
    fn verify(
        &self,
        folder: &Path,
        _: &Settings,
        _: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure> {
        Ok(SET.verification(folder, is_generated(folder)?))
    }

    fn pack(&self, _: &Path, _: &Path, _: u32, _: &mut dyn FnMut(Progress)) -> Result<Packed, DataFailure> {
        Err("cifar100 needs no pack: all of its images fit into memory as they are".into())
    }
}
