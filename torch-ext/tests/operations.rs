//! Counts of operations; in one test, for there is one count at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use tch::{Device, Kind, Tensor};
use torch_ext::count_operations;

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

    assert_eq!(beside_a_busy_thread(|| count(&|| (&x * 2.0).relu())), 2, "those of another thread");

    let nested = count_operations(|| count_operations(|| ()).is_err()).unwrap();
    assert!(nested.0, "two counts at a time");
    let cut_short = std::panic::catch_unwind(|| count_operations(|| panic!("on purpose")));
    assert!(cut_short.is_err());
    assert_eq!(count_operations(|| ()).unwrap().1, 0);
}

/// Does the work while another thread computes without end.
fn beside_a_busy_thread(work: impl Fn() -> u64) -> u64 {
    let (begun, done) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let y = Tensor::ones([4, 4], (Kind::Float, Device::Cpu));
            while !done.load(Ordering::Relaxed) {
                let _ = &y + &y;
                begun.store(true, Ordering::Relaxed);
            }
        });
        while !begun.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
        let counts: Vec<u64> = (0..1_000).map(|_| work()).collect();
        done.store(true, Ordering::Relaxed);
        counts.into_iter().max().unwrap()
    })
}
