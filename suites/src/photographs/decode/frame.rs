//! The little of a JPEG's structure that has to be known before it is decoded: where its size is
//! stored, and whether its rows come one after the other, so that decoding can stop before the last.

/// What the segments before the picture say.
pub(super) struct Frame {
    /// Where the height is stored, two bytes, the higher first.
    height_at: usize,
    pub width: u32,
    pub height: u32,
    /// Rows in the smallest unit of coding.
    unit: u32,
    /// Whether one scan after the frame holds everything, row after row.
    sequential: bool,
    /// Where the compressed rows begin.
    scan: usize,
    /// Where Adobe's segment says which colours these are, and whether JFIF's segment says it first.
    adobe: Option<usize>,
    jfif: bool,
    pub components: u8,
}

impl Frame {
    /// Walks through the segments up to the first scan; nothing if there is none.
    pub fn find(bytes: &[u8]) -> Option<Frame> {
        let word = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let (mut frame, mut adobe, mut jfif) = (None::<Frame>, None, false);
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
                0xe0 => jfif |= bytes.get(body..body + 5)? == b"JFIF\0",
                0xee if bytes.get(body..body + 5)? == b"Adobe" => adobe = Some(body + 11),
                // Baseline and extended sequential; progressive.
                0xc0..=0xc2 => {
                    let components = *bytes.get(body + 5)?;
                    let mut unit = 0;
                    for component in 0..usize::from(components) {
                        unit = unit.max(8 * u32::from(bytes.get(body + 7 + 3 * component)? & 15));
                    }
                    frame = Some(Frame {
                        height_at: body + 1,
                        height: word(body + 1)?.into(),
                        width: word(body + 3)?.into(),
                        unit,
                        sequential: marker != 0xc2,
                        scan: 0,
                        adobe: None,
                        jfif: false,
                        components,
                    });
                }
                0xda => {
                    let mut frame = frame?;
                    frame.sequential &= bytes.get(body) == Some(&frame.components);
                    (frame.scan, frame.adobe, frame.jfif) = (end, adobe, jfif);
                    return Some(frame);
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

    /// Writes a smaller height into the bytes, so that a decoder stops after the first `rows` rows, and
    /// gives it. The rows are the same as if all were decoded.
    pub fn shorten(&mut self, bytes: &mut [u8], rows: u32) -> u32 {
        if let Some(height) = self.height_for(rows) {
            bytes[self.height_at..self.height_at + 2].copy_from_slice(&(height as u16).to_be_bytes());
            self.height = height;
        }
        self.height
    }

    /// The smaller height with which the first `rows` rows are decoded, if there is one. It has 16 bits.
    pub fn height_for(&self, rows: u32) -> Option<u32> {
        if !self.sequential || self.unit == 0 {
            return None;
        }
        // Colours of half the height are interpolated, for which the next row of units is needed.
        let units = rows.min(self.height).div_ceil(self.unit) + u32::from(self.unit > 8);
        Some(units * self.unit).filter(|height| *height < self.height)
    }

    /// Whether one scan holds everything, row after row.
    pub fn is_sequential(&self) -> bool {
        self.sequential
    }

    /// Whether the three components are red, green and blue by libjpeg's rule that Adobe's segment says so
    /// if JFIF's is not there. The decoder takes what Adobe's segment says then for CMYK, which is why the
    /// statement is taken back.
    pub fn take_back_rgb(&self, bytes: &mut [u8]) -> bool {
        match self.adobe.and_then(|at| bytes.get_mut(at)) {
            Some(colours) if self.components == 3 && *colours == 0 => {
                *colours = 1;
                !self.jfif
            }
            _ => false,
        }
    }
}

/// Whether the marker of the end is among the bytes; usually it is the last two.
pub(super) fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}
