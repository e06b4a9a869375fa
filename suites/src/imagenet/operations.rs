//! What `harness data` and the engine do with ImageNet and other class folders.

use sparsity::Settings;
use std::path::Path;

use super::{ImageNet, generate, identify, pack, verify};
use crate::photographs::Unreadable;
use crate::{
    Data, DataFailure, DataOperations, Fetched, Generated, Identity, OpenData, Packed, Progress, Splits,
    SyntheticSet, Verification, counted,
};

/// One thread for each core.
const THREADS: usize = 0;

/// The operations on ImageNet.
pub(super) struct ImageNetData;

impl DataOperations for ImageNetData {
    fn identify(&self, folder: &Path, _: &Settings) -> Result<Identity, DataFailure> {
        Ok(identify(folder)?)
    }

    fn open(&self, folder: &Path, _: &Settings) -> Result<OpenData, DataFailure> {
        let ImageNet { train, val, fingerprint, .. } = ImageNet::open(folder)?;
        Ok(OpenData { fingerprint, data: Data::Photographs(Splits { train, test: val }) })
    }

    fn class_names(&self, folder: &Path, _: &Settings) -> Result<Vec<String>, DataFailure> {
        Ok(ImageNet::open(folder)?.classes)
    }

    /// As many photographs of each class; where the counts are no multiples of the classes, a few more.
    fn generate(&self, folder: &Path, set: &SyntheticSet) -> Result<Generated, DataFailure> {
        let each = |images: usize| images.div_ceil(set.classes.max(1));
        Ok(generate(folder, set.classes, each(set.train), each(set.test), set.seed)?)
    }

    fn fetch(&self, _: &Path, _: &mut dyn FnMut(Progress)) -> Result<Fetched, DataFailure> {
        Err("imagenet cannot be downloaded automatically: its publisher requires an account \
             (https://image-net.org); unpack it into class folders train/CLASS and val/CLASS and name the \
             folder with --data"
            .into())
    }

    /// Decodes every photograph or, in a pack, compares every image with its checksum.
    fn verify(
        &self,
        folder: &Path,
        _: &Settings,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Verification, DataFailure> {
        let verified = verify(folder, THREADS, progress)?;
        let (checked, bad) = (verified.checked, verified.bad.len());
        let mut report: String = verified.notes.iter().map(|note| format!("note: {note}\n")).collect();
        verified.bad.iter().for_each(|bad| report += &format!("{bad}\n"));
        report += &format!("{}: {} of {checked} photographs can be read\n", folder.display(), checked - bad);
        let remedy = match verified.bad.first().map(|bad| &bad.cause) {
            Some(cause @ Unreadable::Checksum) => cause.remedy(),
            _ => "replace or remove them",
        };
        let fault = format!(
            "{} cannot be read; {remedy}, or train without --strict, which skips and counts what cannot be read",
            counted(bad, "photograph", "photographs")
        );
        Ok(Verification { report, fault: (bad > 0).then_some(fault) })
    }

    fn pack(
        &self,
        folder: &Path,
        into: &Path,
        side: u32,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Packed, DataFailure> {
        Ok(pack(folder, into, side, THREADS, progress)?)
    }
}
