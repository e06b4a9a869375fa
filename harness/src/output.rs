//! Where a command writes the one file that it makes: to the place that an option names, or to standard output.

use crate::stdio;
use anyhow::anyhow;
use records::write_atomically;
use std::path::Path;

/// Whether the place is standard output, which is written as `-`.
pub fn is_standard(place: &Path) -> bool {
    place == Path::new("-")
}

/// Writes `bytes` to the `place` that `option` names.
pub fn write(place: &Path, bytes: &[u8], option: &str) -> anyhow::Result<()> {
    match is_standard(place) {
        true => stdio::pass(bytes),
        false => write_atomically(place, bytes)
            .map_err(|error| anyhow!("{error}; {option} names another file or, as `-`, standard output")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_leads_to_the_option() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("absent/file");
        let said = write(&place, b"x", "--to").unwrap_err().to_string();
        assert!(said.contains("absent/file") && said.contains("--to names another file"), "{said}");
        write(&folder.path().join("file"), b"x", "--to").unwrap();
        assert!(is_standard(Path::new("-")) && !is_standard(Path::new("./-")));
    }
}
