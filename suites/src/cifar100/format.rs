//! The CIFAR-100 binary version: a file is records of two label bytes, that of the superclass and that of the class, and
//! the 3072 pixel bytes of a record of CIFAR-10.

use std::path::Path;

use super::Cifar100Error;
use crate::cifar10::{self, PIXELS};
use crate::resident::ResidentImages;

/// Number of classes, which is what is learnt.
pub const CLASSES: usize = 100;
/// Number of superclasses of five classes each; they are checked and not used.
pub const SUPERCLASSES: usize = 20;
/// Bytes of one record: both labels, then the image.
pub const RECORD: usize = 2 + PIXELS;

/// The images of the file `file`, whose bytes these are, with the labels of their classes.
///
/// # Errors
///
/// If they are not whole records with labels of the hundred classes and twenty superclasses.
pub fn to_images(file: &Path, content: Vec<u8>) -> Result<ResidentImages, Cifar100Error> {
    check(file, &content)?;
    // Without the first label it is a record of CIFAR-10.
    let records: Vec<u8> = content.chunks_exact(RECORD).flat_map(|record| &record[1..]).copied().collect();
    drop(content);
    Ok(cifar10::from_records(&[records]))
}

/// The images as the content of a file, each with the superclass that `superclass` gives its class.
pub fn to_records(images: &ResidentImages, superclass: impl Fn(u8) -> u8) -> Vec<u8> {
    let records = cifar10::to_records(images);
    let with_both = |record: &[u8]| std::iter::once(superclass(record[0])).chain(record.to_vec());
    records.chunks_exact(cifar10::RECORD).flat_map(with_both).collect()
}

/// Refuses what is not whole records with labels that there are.
pub(super) fn check(file: &Path, content: &[u8]) -> Result<(), Cifar100Error> {
    let file = || file.to_path_buf();
    let remainder = content.len() % RECORD;
    if content.is_empty() {
        return Err(Cifar100Error::Empty { file: file() });
    }
    if cifar10::is_pointer(content) {
        return Err(Cifar100Error::Pointer { file: file() });
    }
    if remainder != 0 {
        return Err(Cifar100Error::Partial { file: file(), size: content.len(), remainder });
    }
    let labels = content.chunks_exact(RECORD).map(|record| (record[0], record[1]));
    let wrong = |&(_, (coarse, fine)): &(usize, (u8, u8))| {
        usize::from(coarse) >= SUPERCLASSES || usize::from(fine) >= CLASSES
    };
    match labels.enumerate().find(wrong) {
        Some((record, (coarse, fine))) => Err(Cifar100Error::Label { file: file(), record, coarse, fine }),
        None => Ok(()),
    }
}
