//! What `harness data` and the engine do with data sets in VOC's format.

use sparsity::Settings;
use std::path::Path;

use super::data_set::{VocSet, to_detect};
use super::details::details;
use super::notes::notes;
use super::{Publisher, fetch, generate, verify};
use crate::fetch::Patience;
use crate::{
    Data, DataFailure, DataOperations, Fetched, Generated, Identity, OpenData, Packed, Progress, Splits,
    SyntheticSet, ToDetect, Verification,
};

/// The operations on PASCAL VOC.
pub(super) struct VocData;

impl DataOperations for VocData {
    fn identify(&self, folder: &Path, settings: &Settings) -> Result<Identity, DataFailure> {
        let set = VocSet::open(folder, settings)?;
        Ok(Identity {
            notes: notes(&set),
            unusable: [&set.train, &set.test]
                .into_iter()
                .flat_map(|split| split.census.rejected.clone())
                .collect(),
            classes: set.classes.len(),
            train: set.train.looked.len(),
            test: set.test.looked.len(),
            dataset: set.dataset,
            fingerprint: set.fingerprint,
        })
    }

    fn open(&self, folder: &Path, settings: &Settings) -> Result<OpenData, DataFailure> {
        let VocSet { classes, train, test, fingerprint, .. } = VocSet::open(folder, settings)?;
        let (train, test) = (train.photographs(&classes), test.photographs(&classes));
        Ok(OpenData { fingerprint, data: Data::Annotated(Splits { train, test }) })
    }

    fn to_detect(&self, folder: &Path, settings: &Settings) -> Result<ToDetect, DataFailure> {
        Ok(to_detect(folder, settings)?)
    }

    fn class_names(&self, folder: &Path, settings: &Settings) -> Result<Vec<String>, DataFailure> {
        Ok(VocSet::open(folder, settings)?.classes)
    }

    fn details(&self, folder: &Path, settings: &Settings) -> Result<String, DataFailure> {
        Ok(details(&VocSet::open(folder, settings)?))
    }

    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure> {
        Ok(generate(folder, set)?)
    }

    fn fetch(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure> {
        let publisher = Publisher::oxford();
        let note = format!("fetching the archives of {} into {}", publisher.address, folder.display());
        progress(Progress::Note(note));
        Ok(fetch(folder, &publisher, &Patience::default(), &mut |step| progress(step.into()))?)
    }

    /// Looks for every kind of damage, decodes every photograph, and compares the lists.
    fn verify(
        &self,
        folder: &Path,
        settings: &Settings,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure> {
        Ok(verify(folder, settings, progress)?)
    }

    fn pack(&self, _: &Path, _: &Path, _: u32, _: &mut dyn FnMut(Progress)) -> Result<Packed, DataFailure> {
        Err("voc cannot be packed: a training crops and expands photographs before it resizes them, so it needs them \
             in full size, and decoding them is not what it waits for; name their folder with --data"
            .into())
    }
}
