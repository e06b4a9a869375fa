//! The CIFAR-10 binary version: a file is records of one label byte and 3072 pixel bytes,
//! the red plane, then the green, then the blue, each 32 rows of 32.
//!
//! In memory the three colours of a pixel are adjacent (NHWC), as the training engine needs
//! them. The same two functions serve the published files, the generated ones and the tests.

use std::path::Path;

use super::Cifar10Error;
use crate::resident::ResidentImages;
use crate::threads::Threads;

/// Width and height of an image.
pub const SIDE: usize = 32;
/// Number of classes.
pub const CLASSES: usize = 10;
/// Bytes of one image.
pub const PIXELS: usize = PLANE * 3;
/// Bytes of one record: the label, then the image.
pub const RECORD: usize = 1 + PIXELS;

const PLANE: usize = SIDE * SIDE;
/// Records handled at a time by one thread: enough to outweigh the cost of handing them over.
const BLOCK: usize = 256;

/// The images as the content of a batch file.
pub fn to_records(images: &ResidentImages) -> Vec<u8> {
    let mut records = vec![0; images.len() * RECORD];
    for ((record, image), label) in
        records.chunks_exact_mut(RECORD).zip(images.pixels.chunks_exact(PIXELS)).zip(&images.labels)
    {
        let (head, planes) = record.split_at_mut(1);
        head[0] = *label;
        for (i, pixel) in image.chunks_exact(3).enumerate() {
            planes[i] = pixel[0];
            planes[PLANE + i] = pixel[1];
            planes[2 * PLANE + i] = pixel[2];
        }
    }
    records
}

/// The images of the batch file `file`, whose bytes these are.
///
/// # Errors
/// If they are not whole records with labels of the ten classes.
pub fn parse(file: &Path, content: Vec<u8>) -> Result<ResidentImages, Cifar10Error> {
    check(file, &content)?;
    Ok(from_records(&[content]))
}

/// The images of several batch files, one after the other. The contents must have passed [`check`].
pub(crate) fn from_records(batches: &[Vec<u8>]) -> ResidentImages {
    let labels: Vec<u8> =
        batches.iter().flat_map(|batch| batch.chunks_exact(RECORD).map(|record| record[0])).collect();
    let mut pixels = vec![0; labels.len() * PIXELS];
    let (mut rest, mut blocks) = (pixels.as_mut_slice(), Vec::new());
    for batch in batches {
        let (images, after) = rest.split_at_mut(batch.len() / RECORD * PIXELS);
        blocks.extend(images.chunks_mut(BLOCK * PIXELS).zip(batch.chunks(BLOCK * RECORD)));
        rest = after;
    }
    Threads::for_each_core_up_to(blocks.len()).each(blocks, |(images, records)| {
        for (image, record) in images.chunks_exact_mut(PIXELS).zip(records.chunks_exact(RECORD)) {
            interleave(&record[1..], image);
        }
    });
    ResidentImages { side: SIDE, pixels, labels }
}

/// Refuses a batch file whose content is not whole records with labels of the ten classes.
pub(super) fn check(file: &Path, content: &[u8]) -> Result<(), Cifar10Error> {
    let file = || file.to_path_buf();
    let remainder = content.len() % RECORD;
    if content.is_empty() {
        return Err(Cifar10Error::Empty { file: file() });
    }
    if is_pointer(content) {
        return Err(Cifar10Error::Pointer { file: file() });
    }
    if remainder != 0 {
        return Err(Cifar10Error::Partial { file: file(), size: content.len(), remainder });
    }
    let labels = content.chunks_exact(RECORD).map(|record| record[0]);
    match labels.enumerate().find(|&(_, label)| usize::from(label) >= CLASSES) {
        Some((record, label)) => Err(Cifar10Error::Label { file: file(), record, label }),
        None => Ok(()),
    }
}

/// Whether a file is what Git LFS leaves in the place of one that is not fetched.
pub(crate) fn is_pointer(content: &[u8]) -> bool {
    content.starts_with(b"version https://git-lfs")
}

/// Puts three planes into one image with the colours of a pixel adjacent.
fn interleave(planes: &[u8], image: &mut [u8]) {
    let (red, rest) = planes.split_at(PLANE);
    let (green, blue) = rest.split_at(PLANE);
    for (((pixel, r), g), b) in image.chunks_exact_mut(3).zip(red).zip(green).zip(blue) {
        pixel.copy_from_slice(&[*r, *g, *b]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planes_of_a_record_become_the_colours_of_a_pixel() {
        let mut record = vec![7];
        for colour in [10u8, 20, 30] {
            record.extend((0..PLANE).map(|i| colour + (i % 5) as u8));
        }
        let images = from_records(std::slice::from_ref(&record));
        assert_eq!(images.labels, [7]);
        assert_eq!(images.pixels[..9], [10, 20, 30, 11, 21, 31, 12, 22, 32]);
        assert_eq!(to_records(&images), record);
    }

    #[test]
    fn the_remainder_of_a_short_file_is_named() {
        let error = check(Path::new("data_batch_1.bin"), &[0; 2 * RECORD - 1]).unwrap_err();
        assert!(matches!(error, Cifar10Error::Partial { size: 6145, remainder: 3072, .. }));
        assert!(matches!(check(Path::new("x"), &[]), Err(Cifar10Error::Empty { .. })));
    }
}
