//! `COMMITTED`: a line for every file of the result, `<BLAKE3 checksum>  <name>`, as `b3sum` writes it.

/// The line of a file.
pub fn line(name: &str, bytes: &[u8]) -> String {
    format!("{}  {name}\n", checksum(bytes))
}

/// Checksum and name of every file of a marker; none for a line that has another form.
pub fn lines(marker: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    marker.lines().map(|line| line.split_once("  "))
}

/// The checksum of a file with this content.
pub fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
