//! How many operations a piece of work launches.

use crate::{Result, ffi};

/// Runs `work` and counts the operations that it has libtorch compute, in all threads: those that call no other
/// one, without views and allocations. On CUDA each is a kernel, or a few. One count at a time.
///
/// # Errors
///
/// If another count is under way.
pub fn count_operations<T>(work: impl FnOnce() -> T) -> Result<(T, u64)> {
    ffi::check(ffi::te_count_operations())?;
    let counting = Counting;
    let result = work();
    drop(counting);
    Ok((result, ffi::te_operations()))
}

/// Ends the count, also when the work panics.
struct Counting;

impl Drop for Counting {
    fn drop(&mut self) {
        ffi::te_operations();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, Tensor};

    /// In one test, for there is one count at a time.
    #[test]
    fn what_computes_is_counted_once_and_a_panic_ends_the_count() {
        let x = Tensor::ones([4, 4], (Kind::Float, Device::Cpu));
        let count = |work: &dyn Fn() -> Tensor| count_operations(work).unwrap().1;
        assert_eq!(count(&|| x.view([2, 8]).narrow(0, 0, 1).transpose(0, 1)), 0);
        assert_eq!(count(&|| &x + &x), 1);
        assert_eq!(count(&|| (&x * 2.0).relu()), 2);
        // Made of a transposition and a product.
        assert_eq!(count(&|| x.linear::<Tensor>(&x, None)), 1);
        let leaf = x.copy().set_requires_grad(true);
        let (forward, both) = (
            count(&|| tch::with_grad(|| leaf.relu().sum(Kind::Float))),
            count(&|| {
                let loss = tch::with_grad(|| leaf.relu().sum(Kind::Float));
                Tensor::run_backward(&[&loss], &[&leaf], false, false).remove(0)
            }),
        );
        assert_eq!(forward, 2);
        assert!(both > forward, "{both}");

        let nested = count_operations(|| count_operations(|| ()).is_err()).unwrap();
        assert!(nested.0, "two counts at a time");
        let cut_short = std::panic::catch_unwind(|| count_operations(|| panic!("on purpose")));
        assert!(cut_short.is_err());
        assert_eq!(count_operations(|| ()).unwrap().1, 0);
    }
}
