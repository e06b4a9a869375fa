//! The little of a JPEG's structure that has to be known before it is decoded: its size, and where its compressed rows
//! begin. Only the beginning of the file is needed for it.

/// What the segments before the picture say.
pub(super) struct Frame {
    pub width: u32,
    pub height: u32,
    /// Where the compressed rows begin.
    scan: usize,
}

impl Frame {
    /// Walks through the segments up to the first scan; nothing if there is none.
    pub fn find(bytes: &[u8]) -> Option<Frame> {
        let word = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let mut size = None;
        let mut at = 2;
        loop {
            // As in libjpeg, bytes that are not of a segment are passed over, and any number of bytes 255
            // may precede a marker.
            while *bytes.get(at)? != 0xff {
                at += 1;
            }
            while *bytes.get(at)? == 0xff {
                at += 1;
            }
            let (marker, body) = (bytes[at], at + 3);
            let end = at + 1 + usize::from(word(at + 1)?);
            match marker {
                // Every kind of frame: Huffman's tables, the reserved marker and arithmetic conditioning are not.
                0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                    size = Some((word(body + 3)?.into(), word(body + 1)?.into()));
                }
                0xda => {
                    let (width, height) = size?;
                    return Some(Frame { width, height, scan: end });
                }
                _ => {}
            }
            at = end;
        }
    }

    /// Whether a marker after the compressed rows says that they have ended.
    pub fn is_ended(&self, bytes: &[u8]) -> bool {
        bytes.get(self.scan..).is_some_and(has_end)
    }
}

/// Whether the marker of the end is among the bytes; usually it is the last two.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}
