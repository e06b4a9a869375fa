//! The framing of event files, TFRecords: length, its checksum, the bytes, their checksum.

use prost::Message;

use super::event::EventMessage;

/// What is added to a rotated checksum, so that a checksum of checksums stays good.
const MASK: u32 = 0xa282_ead8;

/// An event with its framing.
pub fn framed(event: &EventMessage) -> Vec<u8> {
    let bytes = event.encode_to_vec();
    let length = (bytes.len() as u64).to_le_bytes();
    let parts: [&[u8]; 4] = [&length, &masked(&length), &bytes, &masked(&bytes)];
    parts.concat()
}

/// The masked CRC-32C of bytes.
fn masked(bytes: &[u8]) -> [u8; 4] {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(MASK).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    #[test]
    fn the_checksum_is_crc_32c() {
        assert_eq!(crc32c::crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c::crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c::crc32c(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
    }

    /// The first bytes of every event file: 24 bytes follow, which say the version.
    #[test]
    fn a_file_begins_as_all_event_files_do() {
        let mut beginning = EventMessage::beginning();
        let bytes = framed(beginning.at(1e9));
        assert_eq!(bytes[..12], *b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22");
        assert_eq!(bytes[12..21], [&[0x09], 1e9f64.to_le_bytes().as_slice()].concat()[..]);
        assert_eq!(bytes[21..36], *b"\x1a\x0dbrain.Event:2");
        assert_eq!(bytes.len(), 12 + 24 + 4);
    }
}
