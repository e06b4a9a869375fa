//! What a spec calls files and trials.

/// The first 16 hexadecimal digits of the BLAKE3 hash of `bytes`: what a spec calls a file of latencies,
/// and a directory the trial in it.
pub fn file_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
}
