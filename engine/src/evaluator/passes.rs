//! Forward passes over batch after batch, which on CUDA are recorded as steps are (`launcher.rs`): one recording for
//! each shape of batches.
//!
//! A recorded pass reads parameters and images from tensors that stay where they are, and leaves its outputs in
//! others, so the former are filled before it, and the latter hold until the next pass. Where nothing is recorded,
//! nothing is copied.

use crate::launcher::{Graph, Launcher};
use tch::Tensor;
use torch_ext::{CudaGraph, Error};

/// The forward passes of one network.
#[derive(Debug)]
pub(super) struct Passes<G = CudaGraph> {
    launcher: Launcher<Vec<i64>, G>,
    parameters: Option<[Tensor; 2]>,
    shapes: Vec<Held>,
}

/// What the recorded pass of a shape of batches reads and writes.
#[derive(Debug)]
struct Held {
    images: Tensor,
    outputs: Vec<Tensor>,
}

impl<G: Graph> Passes<G> {
    /// Those that `launcher` launches.
    pub fn new(launcher: Launcher<Vec<i64>, G>) -> Self {
        Self { launcher, parameters: None, shapes: Vec::new() }
    }

    /// What launches them.
    pub fn launcher(&self) -> &Launcher<Vec<i64>, G> {
        &self.launcher
    }

    /// `parameters`, which have the same shapes at each call, where the passes after it find them.
    pub fn hold(&mut self, parameters: [Tensor; 2]) -> [Tensor; 2] {
        if !self.launcher.may_record() {
            // What passes had that could not be recorded after all, perhaps because memory ran out.
            self.shapes.clear();
            self.parameters = None;
            return parameters;
        }
        let held = self.parameters.get_or_insert_with(|| parameters.each_ref().map(Tensor::copy));
        for (held, given) in held.iter_mut().zip(&parameters) {
            held.copy_(given);
        }
        held.each_ref().map(Tensor::shallow_clone)
    }

    /// What `network` returns for `images`; it holds until the next pass. `network` reads what [`hold`](Self::hold)
    /// returned.
    ///
    /// # Errors
    ///
    /// If the device reports an error.
    pub fn run(
        &mut self,
        images: &Tensor,
        network: &dyn Fn(&Tensor) -> Vec<Tensor>,
    ) -> Result<Vec<Tensor>, Error> {
        if !self.launcher.may_record() {
            return Ok(network(images));
        }
        let shape = images.size();
        let Some(held) = self.shapes.iter_mut().find(|held| held.images.size() == shape) else {
            // What the first pass returns is where later ones leave theirs.
            let held = Held { images: images.copy(), outputs: network(images) };
            let outputs = held.outputs();
            self.shapes.push(held);
            return Ok(outputs);
        };
        held.images.copy_(images);
        self.launcher.launch(&shape, || {
            for (output, value) in held.outputs.iter_mut().zip(network(&held.images)) {
                output.copy_(&value);
            }
        })?;
        Ok(held.outputs())
    }
}

impl Held {
    fn outputs(&self) -> Vec<Tensor> {
        self.outputs.iter().map(Tensor::shallow_clone).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Launches kernel by kernel what is to be recorded, and then refuses to record it.
    struct Unrecorded;

    impl Graph for Unrecorded {
        fn new(_: usize) -> Result<Self, Error> {
            Ok(Self)
        }

        fn warm_up(&mut self, work: &mut dyn FnMut()) -> Result<(), Error> {
            work();
            Ok(())
        }

        /// The device computes nothing of it.
        fn capture(&mut self, _: &mut dyn FnMut()) -> Result<(), Error> {
            torch_ext::caught(|| panic!("operation not permitted when stream is capturing"))
        }

        fn replay(&mut self) -> Result<(), Error> {
            unreachable!("nothing is recorded")
        }
    }

    /// Whatever weights and batches come, the outputs are theirs, and what is read of a shape lies in one place, until
    /// recording fails.
    #[test]
    fn a_pass_that_is_to_be_recorded_reads_from_one_place() {
        let mut passes = Passes::<Unrecorded>::new(Launcher::recording(0));
        let shapes = [3, 3, 2, 3, 2, 3, 3, 2];
        for evaluation in 1..=3 {
            let given = [2.0, 5.0].map(|value| Tensor::from(value * f64::from(evaluation)));
            let [scale, shift] = passes.hold(given.each_ref().map(Tensor::shallow_clone));
            let read = RefCell::new(Vec::new());
            for (number, count) in shapes.into_iter().enumerate() {
                let recording = passes.launcher().may_record();
                let images = Tensor::full([count], number as f64, (tch::Kind::Double, tch::Device::Cpu));
                let network = |images: &Tensor| {
                    read.borrow_mut().push((count, images.data_ptr(), scale.data_ptr()));
                    vec![images * &scale + &shift, images - &shift]
                };
                let found = passes.run(&images, &network).unwrap();
                let [scale, shift] = &given;
                assert_eq!(found, [&images * scale + shift, &images - shift], "{evaluation}, {number}");
                // The first pass of a shape reads the batch itself.
                if recording && (evaluation, number) > (1, 2) {
                    let held =
                        &passes.shapes.iter().find(|held| held.images.size() == [count]).unwrap().images;
                    let parameters = passes.parameters.as_ref().unwrap();
                    let place = (count, held.data_ptr(), parameters[0].data_ptr());
                    assert_eq!(read.borrow().last(), Some(&place), "{evaluation}, {number}");
                }
            }
            // Of five passes of the larger shape one is none to be recorded, and three warm up.
            assert!(passes.launcher().refused().is_some());
        }
        assert!(passes.shapes.is_empty() && passes.parameters.is_none());
    }
}
