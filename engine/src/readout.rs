//! Numbers of the device that the host wants, in one copy.
//!
//! Each copy to the host waits until the device has done everything it was given, and then leaves it idle until the
//! host has given it something else. So what is wanted at one time is fetched at one time.

use tch::{Kind, Tensor};

/// The numbers of each of `tensors`, which are on one device, in doubles, which hold counts exactly.
pub(crate) fn read(tensors: &[Tensor]) -> Vec<Vec<f64>> {
    read_with_flags(tensors, None).0
}

/// The numbers of each of `tensors`, and `flags` as well, in the same copy.
pub(crate) fn read_with_flags(tensors: &[Tensor], flags: Option<&Tensor>) -> (Vec<Vec<f64>>, Vec<bool>) {
    let rows =
        tensors.iter().map(|tensor| tensor.to_kind(Kind::Double).reshape([-1]).view_dtype(Kind::Uint8));
    let flags = flags.map(|flags| flags.view_dtype(Kind::Uint8));
    let bytes: Vec<u8> =
        Vec::try_from(&Tensor::cat(&rows.chain(flags).collect::<Vec<_>>(), 0)).expect("bytes in a row");
    let mut rest = bytes.as_slice();
    let mut take = |tensor: &Tensor| {
        let (own, others) = rest.split_at(8 * tensor.numel());
        rest = others;
        let number = |bytes: &[u8]| f64::from_ne_bytes(bytes.try_into().expect("eight bytes each"));
        own.chunks_exact(8).map(number).collect()
    };
    let numbers = tensors.iter().map(&mut take).collect();
    (numbers, rest.iter().map(|flag| *flag != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_flags_come_as_they_are() {
        let counts = Tensor::from_slice(&[1i64 << 52, 3]);
        let scalar = Tensor::from(0.1f32);
        let nothing = Tensor::zeros([0], (Kind::Double, tch::Device::Cpu));
        let doubles = Tensor::from_slice(&[f64::NAN, -0.1]);
        let flags = Tensor::from_slice(&[true, false, true]);
        let (numbers, read_flags) =
            read_with_flags(&[counts.shallow_clone(), scalar, nothing, doubles], Some(&flags));
        assert_eq!(numbers[0], [(1i64 << 52) as f64, 3.0]);
        assert_eq!(numbers[1], [f64::from(0.1f32)]);
        assert!(numbers[2].is_empty());
        assert!(numbers[3][0].is_nan() && numbers[3][1] == -0.1);
        assert_eq!(read_flags, [true, false, true]);
        assert_eq!(read(&[counts]), [[(1i64 << 52) as f64, 3.0]]);
    }
}
