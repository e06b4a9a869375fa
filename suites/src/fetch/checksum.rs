//! MD5, the checksum that publishers give: it detects damage, not forgery.

use std::io::{self, Read};
use std::path::Path;

use md5::{Digest, Md5};

use crate::regular_file;

/// The MD5 of a file, in hexadecimal, read in parts.
pub(crate) fn md5_of(path: &Path) -> io::Result<String> {
    let mut file = regular_file::open(path)?;
    let mut hasher = Md5::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(hex(&hasher.finalize())),
            Ok(count) => hasher.update(&piece[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The MD5 of what is in memory, in hexadecimal.
pub(crate) fn md5_hex(content: &[u8]) -> String {
    hex(&Md5::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
