//! What a file is, by its first bytes.

use super::Unreadable;

/// The formats that are decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileFormat {
    Jpeg,
    Png,
}

/// First bytes of other files found in data sets.
const FOREIGN: [(&[u8], &str); 10] = [
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"RIFF", "a WebP"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"version https://git-lfs", "a Git LFS pointer (get the file itself with `git lfs pull`)"),
    (b"<", "a web page"),
];

/// JPEG or PNG; for anything else the error says what it seems to be.
pub(super) fn format(bytes: &[u8]) -> Result<FileFormat, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"\xff\xd8") {
        return Ok(FileFormat::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(FileFormat::Png);
    }
    let known = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, name)| name);
    let is_text =
        || bytes.iter().take(512).all(|&byte| (b' '..0x7f).contains(&byte) || b"\t\r\n".contains(&byte));
    let seems = match known {
        Some(name) => name,
        None if is_text() => "text",
        None if bytes.iter().take(512).all(|&byte| byte == 0) => {
            "a file of zeros, as an interrupted copy leaves"
        }
        None => "something else",
    };
    Err(Unreadable::Foreign { seems })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content() {
        assert_eq!(format(b"\xff\xd8\xff\xe0").unwrap(), FileFormat::Jpeg);
        assert_eq!(format(b"\x89PNG\r\n\x1a\n").unwrap(), FileFormat::Png);
        let said = |bytes: &[u8]| format(bytes).unwrap_err().to_string();
        assert_eq!(said(b""), "the file is empty");
        assert!(said(b"GIF89a").ends_with("seems to be a GIF"));
        assert!(said(b"hello\n").ends_with("seems to be text"));
        assert!(said(&[0; 9]).contains("a file of zeros"));
        assert!(said(&[200, 1, 2]).ends_with("something else"));
    }
}
