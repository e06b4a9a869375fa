//! What the index says of one image, in 64 bytes.

/// The bytes of a record.
pub(super) const SIZE: usize = 64;

/// Where an image is, what it is, and its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IndexRecord {
    /// The first byte of the image in the data file.
    pub offset: u64,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub label: u32,
    /// The number of the photograph in the set that was packed.
    pub source: u32,
    /// The BLAKE3 of the image's bytes.
    pub hash: [u8; 32],
}

impl IndexRecord {
    /// The first byte after the image in the data file; nothing if there can be no such file.
    pub fn end(&self) -> Option<u64> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        pixels.checked_mul(3)?.checked_add(self.offset)
    }

    pub fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(&self.offset.to_le_bytes());
        for (number, value) in [self.width, self.height, self.label, self.source].into_iter().enumerate() {
            bytes[8 + 4 * number..][..4].copy_from_slice(&value.to_le_bytes());
        }
        bytes[24..56].copy_from_slice(&self.hash);
        let check = check(&bytes);
        bytes[56..].copy_from_slice(&check);
        bytes
    }

    /// Nothing if the bytes are not those of a record, as where writing was interrupted.
    pub fn from_bytes(bytes: &[u8; SIZE]) -> Option<IndexRecord> {
        let word = |at: usize| bytes[at..].first_chunk().copied().map(u32::from_le_bytes);
        let record = IndexRecord {
            offset: u64::from_le_bytes(*bytes.first_chunk()?),
            width: word(8)?,
            height: word(12)?,
            label: word(16)?,
            source: word(20)?,
            hash: *bytes[24..].first_chunk()?,
        };
        (bytes[56..] == check(bytes)).then_some(record)
    }
}

/// The first 8 bytes of the BLAKE3 hash of what precedes them.
fn check(bytes: &[u8; SIZE]) -> [u8; 8] {
    *blake3::hash(&bytes[..56]).as_bytes().first_chunk().expect("32 bytes begin with 8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_and_a_torn_one_is_known() {
        let record =
            IndexRecord { offset: 1 << 40, width: 256, height: 341, label: 999, source: 7, hash: [9; 32] };
        let bytes = record.to_bytes();
        assert_eq!(IndexRecord::from_bytes(&bytes), Some(record));
        assert_eq!(IndexRecord::from_bytes(&[0; SIZE]), None);
        for at in 0..SIZE {
            let mut torn = bytes;
            torn[at] ^= 4;
            assert_eq!(IndexRecord::from_bytes(&torn), None, "byte {at}");
        }
        assert_eq!(record.end(), Some((1 << 40) + 256 * 341 * 3));
        assert_eq!(IndexRecord { offset: u64::MAX, ..record }.end(), None);
    }
}
