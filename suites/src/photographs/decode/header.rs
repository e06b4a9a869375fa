//! The size of a photograph from the beginning of its file, so that a data set can be looked through without reading
//! all of it.

use std::io::Read;
use std::path::Path;

use super::frame::Frame;
use super::png::Png;
use super::sniff::{self, FileFormat};
use super::{Unreadable, allowed, memory, unwinding};
use crate::{DataFileError, regular_file};

/// As much as is read first; the size stands further back only where there is a preview or a colour profile.
const BEGINNING: u64 = 1 << 14;

/// Width and height in pixels of the photograph in the file `path`, as its header says.
pub(crate) fn size_of(path: &Path) -> Result<(u32, u32), Unreadable> {
    let failed = || DataFileError::when("read", path);
    let mut file = regular_file::open(path).map_err(failed())?;
    let mut bytes = Vec::new();
    (&mut file).take(BEGINNING).read_to_end(&mut bytes).map_err(failed())?;
    let size = match unwinding(|| size_in(&bytes)) {
        Err(Unreadable::Truncated) => {
            file.take(memory::MOST_OF_FILE).read_to_end(&mut bytes).map_err(failed())?;
            unwinding(|| size_in(&bytes))?
        }
        size => size?,
    };
    allowed(size)?;
    Ok(size)
}

/// The size that the bytes say; [`Unreadable::Truncated`] where it may come after them.
fn size_in(bytes: &[u8]) -> Result<(u32, u32), Unreadable> {
    match sniff::format(bytes)? {
        FileFormat::Jpeg => {
            let frame = Frame::find(bytes).ok_or(Unreadable::Truncated)?;
            Ok((frame.width, frame.height))
        }
        FileFormat::Png => Ok(Png::open(bytes)?.size()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jpeg_encoder::{ColorType, Encoder};
    use std::fs;

    #[test]
    fn the_size_is_found_behind_a_preview_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("photograph.jpg");
        for preview in [0, 60_000] {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 90);
            if preview > 0 {
                encoder.add_app_segment(1, vec![7; preview]).unwrap();
            }
            encoder.encode(&[100; 3 * 30 * 20], 30, 20, ColorType::Rgb).unwrap();
            fs::write(&file, &bytes).unwrap();
            assert_eq!(size_of(&file).unwrap(), (30, 20));
            fs::write(&file, &bytes[..preview + 30]).unwrap();
            assert!(matches!(size_of(&file), Err(Unreadable::Truncated)));
        }
        fs::write(&file, "GIF89a").unwrap();
        assert!(size_of(&file).unwrap_err().to_string().contains("a GIF"));
        let missing = size_of(&folder.path().join("missing.png")).unwrap_err().to_string();
        assert!(missing.contains("missing.png"), "{missing}");
    }
}
