//! Writes a pack, and resumes one that was interrupted.

use std::fs::{self, File, TryLockError};
use std::ops::Range;
use std::path::Path;

use super::super::{ImageFolderError, ImageNet, UnreadablePhotograph};
use super::header::{PackHeader, SplitFiles, is_finished, is_pack, is_remains};
use super::images::files;
use super::output::{Output, PackedImage};
use super::{PackError, PackFault};
use crate::photographs::{Buffers, Photographs, Resampler, Unreadable, shorter_side};
use crate::threads::Threads;
use crate::{DataFileError, Packed, Progress};

/// The most photographs, and about the most bytes, that are decoded before they are written and progress is reported.
const CHUNK: usize = 512;
const CHUNK_BYTES: usize = 1 << 28;
/// Fewer would leave threads without work.
const LEAST_CHUNK: usize = 8;

/// Decodes every photograph of `dir` once, makes its shorter side `side` pixels long if it is longer,
/// and writes it into the pack `into`, on `threads` threads (0: one for each core). A pack that was
/// begun from the same set is continued, and a finished one left as it is.
pub fn pack(
    dir: &Path,
    into: &Path,
    side: u32,
    threads: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Packed, PackError> {
    if side == 0 {
        return Err(PackError::Side);
    }
    if is_pack(dir) {
        return Err(PackError::Repacked { dir: dir.to_path_buf() });
    }
    let data = ImageNet::open(dir)?;
    let mut header = PackHeader::new(data.dataset, data.fingerprint, side, data.classes);
    fs::create_dir_all(into).map_err(DataFileError::when("create the folder", into))?;
    let folder = File::open(into).map_err(DataFileError::when("open", into))?;
    match folder.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(PackError::Busy { into: into.to_path_buf() }),
        // Some network file systems have no locks; there, no other process is assumed.
        Err(TryLockError::Error(_)) => {}
    }
    if let Some(finished) = begin(into, &header)? {
        return Ok(summary(&finished));
    }
    let mut work = Work {
        into,
        side,
        threads: Threads::start(threads),
        progress,
        total: data.train.len() + data.val.len(),
        done: 0,
        bad: Vec::new(),
    };
    header.train = Some(work.split("train", &data.train)?);
    header.val = Some(work.split("val", &data.val)?);
    header.unreadable = work.bad.iter().map(UnreadablePhotograph::to_string).collect();
    header.finish(into)?;
    Ok(summary(&header))
}

/// Makes sure that `into` may be written to; gives the header if the pack is there already.
fn begin(into: &Path, header: &PackHeader) -> Result<Option<PackHeader>, PackError> {
    let occupied = |found: String| PackError::Occupied { into: into.to_path_buf(), found };
    let other =
        |there: &PackHeader| occupied(format!("a pack of {} with side {}", there.dataset, there.side));
    let fault = |fault: PackFault| PackError::Data(ImageFolderError::Pack(fault));
    if is_finished(into) {
        let there = PackHeader::finished(into).map_err(fault)?;
        if !there.is_of(header) {
            return Err(other(&there));
        }
        there.clear(into)?;
        return Ok(Some(there));
    }
    match PackHeader::unfinished(into).map_err(fault)? {
        Some(there) if there.is_of(header) => return Ok(None),
        Some(there) => return Err(other(&there)),
        None => {}
    }
    let failed = || DataFileError::when("read the folder", into);
    for entry in fs::read_dir(into).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if !is_remains(&name) {
            return Err(occupied(name.to_string_lossy().into_owned()));
        }
    }
    header.begin(into)?;
    Ok(None)
}

/// How many photographs of this side are decoded before they are written, taken as squares.
fn at_once(side: u32) -> usize {
    (CHUNK_BYTES / (3 * (side as usize).pow(2))).clamp(LEAST_CHUNK, CHUNK)
}

fn summary(header: &PackHeader) -> Packed {
    let part = |part: &Option<SplitFiles>| part.as_ref().map_or((0, 0), |part| (part.images, part.bytes));
    let ((train, first), (val, second)) = (part(&header.train), part(&header.val));
    Packed { train, test: val, bytes: first + second, unreadable: header.unreadable.clone() }
}

/// What is being packed, and how far it is.
struct Work<'a> {
    into: &'a Path,
    side: u32,
    threads: Threads,
    progress: &'a mut dyn FnMut(Progress),
    total: usize,
    done: usize,
    bad: Vec<UnreadablePhotograph>,
}

impl Work<'_> {
    /// Writes what is not there yet of one split.
    fn split(&mut self, split: &str, photographs: &Photographs) -> Result<SplitFiles, PackError> {
        let (index, data) = files(self.into, split);
        let mut output = Output::open(index, data)?;
        // Photographs that were left out before were not recorded; they are few and tried again.
        for left_out in output.gaps() {
            self.bad.extend(self.images(photographs, left_out)?.into_iter().filter_map(Result::err));
        }
        let mut next = output.next();
        self.report(next);
        while next < photographs.len() {
            let chunk = next..photographs.len().min(next + at_once(self.side));
            let count = chunk.len();
            let images = self.images(photographs, chunk.clone())?;
            let mut good = Vec::with_capacity(count);
            for (number, image) in chunk.zip(images) {
                match image {
                    Ok(image) => good.push((number, photographs.label(number), image)),
                    Err(bad) => self.bad.push(bad),
                }
            }
            output.append(&good)?;
            next += count;
            self.report(count);
        }
        Ok(output.part())
    }

    /// Decodes some photographs. A disk that cannot be read is not the fault of a photograph, and an error.
    fn images(
        &self,
        photographs: &Photographs,
        range: Range<usize>,
    ) -> Result<Vec<Result<PackedImage, UnreadablePhotograph>>, DataFileError> {
        let side = self.side;
        let image = |workspace: &mut (Buffers, Resampler), number: usize| match image(
            photographs,
            number,
            side,
            workspace,
        ) {
            Ok(image) => Ok(Ok(image)),
            Err(Unreadable::File(error)) => Err(error),
            Err(cause) => Ok(Err(UnreadablePhotograph { name: photographs.name(number), cause })),
        };
        self.threads.map(range, Default::default, image)
    }

    fn report(&mut self, count: usize) {
        self.done += count;
        (self.progress)(Progress::Photographs {
            done: self.done,
            total: self.total,
            unreadable: self.bad.len(),
        });
    }
}

fn image(
    photographs: &Photographs,
    number: usize,
    side: u32,
    (buffers, resampler): &mut (Buffers, Resampler),
) -> Result<PackedImage, Unreadable> {
    let decoded = photographs.open(number, buffers)?.rows(u32::MAX)?;
    let rows = decoded.rows();
    let (width, height) = match side < rows.width.min(rows.height) {
        true => shorter_side((rows.width, rows.height), side),
        false => (rows.width, rows.height),
    };
    let mut pixels = vec![0; 3 * width as usize * height as usize];
    resampler.whole(rows, width, height, &mut pixels);
    Ok(PackedImage { width, height, pixels })
}
