//! A mask of weights as bytes: one bit per weight in the order of the flat tensor, as `mask.bits` holds it.

/// One bit per weight, the first in the lowest bit of the first byte; the last byte is padded with zeros.
pub fn pack(mask: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    mask.chunks(8).map(byte).collect()
}

/// The first `weights` bits of `bytes`; `None` if there are too few or too many bytes.
pub fn unpack(bytes: &[u8], weights: usize) -> Option<Vec<bool>> {
    if bytes.len() != weights.div_ceil(8) {
        return None;
    }
    Some((0..weights).map(|i| bytes[i / 8] >> (i % 8) & 1 == 1).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packing_round_trips(mask in proptest::collection::vec(any::<bool>(), 0..200)) {
            prop_assert_eq!(unpack(&pack(&mask), mask.len()), Some(mask.clone()));
            prop_assert_eq!(unpack(&pack(&mask), mask.len() + 8), None);
        }
    }
}
