//! The engine against PyTorch in Python on the same weights and images: logits,
//! gradients, an optimizer step, and weights files both ways.

mod python;

use engine::{
    Forward, Mode, Parameters, Resident, RunError, Source, Structure, Trainer, initial_weights, load_weights,
    save_weights,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use safetensors::{SafeTensors, tensor::TensorView};
use sparsity::{BatchStatistics, Budget, Dormant, StepPlan};
use std::path::Path;
use std::process::Command;
use suites::recipe::{Normalisation, Recipe};
use suites::resident::ResidentImages;
use tch::{Device, Kind, Reduction, Tensor};

const COUNT: usize = 24;

fn images() -> ResidentImages {
    let mut rng = StdRng::seed_from_u64(1);
    let pixels = (0..COUNT * 3072).map(|_| rng.random()).collect();
    ResidentImages { side: 32, pixels, labels: (0..COUNT).map(|i| (i * 7 % 10) as u8).collect() }
}

fn read(path: &Path) -> Vec<(String, Vec<f32>)> {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let floats =
        |view: TensorView| view.data().chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    file.tensors().into_iter().map(|(name, view)| (name, floats(view))).collect()
}

fn write_data(path: &Path, images: &Tensor, labels: &Tensor) {
    let values: Vec<f32> = Vec::try_from(images.contiguous().view([-1])).unwrap();
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let classes: Vec<i64> = Vec::try_from(labels).unwrap();
    let classes: Vec<u8> = classes.iter().flat_map(|value| value.to_le_bytes()).collect();
    let views = [
        ("images", TensorView::new(safetensors::Dtype::F32, vec![COUNT, 3, 32, 32], &values).unwrap()),
        ("labels", TensorView::new(safetensors::Dtype::I64, vec![COUNT], &classes).unwrap()),
    ];
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Largest difference over the largest value.
fn distance(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    let scale = right.iter().fold(1e-6f32, |most, value| most.max(value.abs()));
    left.iter().zip(right).map(|(l, r)| (l - r).abs()).fold(0.0, f32::max) / scale
}

fn assert_close(left: &[(String, Vec<f32>)], right: &[(String, Vec<f32>)], tolerance: f32) {
    assert!(!left.is_empty());
    for (name, values) in left {
        let (_, other) =
            right.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("{name} is missing"));
        let distance = distance(values, other);
        assert!(distance < tolerance, "{name}: {distance}");
    }
}

fn floats(tensor: &Tensor) -> Vec<f32> {
    Vec::try_from(tensor.contiguous().view([-1]).to_kind(Kind::Float)).unwrap()
}

/// Everything of `parameters` by its name in a weights file.
fn by_name(parameters: &Parameters, folder: &Path, name: &str) -> Vec<(String, Vec<f32>)> {
    let path = folder.join(name);
    save_weights(parameters, &parameters.weights, &path).unwrap();
    read(&path)
}

/// The same batch at every step.
struct Given(Tensor, Tensor);

impl Source for Given {
    fn load(&mut self, _: u64, _: u64) -> Result<(), RunError> {
        Ok(())
    }

    fn batch(&self) -> (Tensor, Tensor) {
        (self.0.shallow_clone(), self.1.shallow_clone())
    }
}

#[test]
fn the_engine_computes_what_pytorch_computes() {
    let Some(python) = python::that_runs("import torch, safetensors, numpy") else {
        eprintln!("skipped: HARNESS_PYTHON has no PyTorch and safetensors (setup.sh installs them)");
        return;
    };
    // With one thread libtorch's batch norm adds up channels-last maps one after the other, and what it rounds shows in
    // gradients; two have half of them each.
    tch::set_num_threads(2);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let network = network::wide_resnet(16, 1, 10, 32);
    let mut parameters = initial_weights(&network, 2, Device::Cpu);
    save_weights(&parameters, &parameters.weights, &folder.join("start.safetensors")).unwrap();
    let recipe = Recipe { normalisation: Normalisation::Image, ..suites::cifar10::SUITE.published_recipe() };
    let data = Resident::new(&images(), COUNT, &recipe, Device::Cpu);
    let (batch, labels) = data.plain(0, COUNT as i64);
    write_data(&folder.join("data.safetensors"), &batch, &labels);

    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("tests/pytorch_parity.py");
    let mut command = Command::new(python);
    command.arg(script).arg(folder).arg(here.join("benches")).env("OMP_NUM_THREADS", "2");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let forward = Forward::new(&network);
    let logits = |parameters: &Parameters| {
        let _guard = tch::no_grad_guard();
        let weights = parameters.weight_views(&parameters.weights);
        let others = parameters.other_views(&parameters.others);
        let logits = forward.run(&weights, &others, parameters, &batch, Mode::Evaluate);
        vec![("logits".to_string(), floats(&logits[0]))]
    };
    assert_close(&logits(&parameters), &read(&folder.join("evaluation.safetensors")), 1e-4);

    let leaves: Vec<Tensor> = parameters
        .weight_views(&parameters.weights)
        .into_iter()
        .chain(parameters.other_views(&parameters.others))
        .map(|view| view.detach().set_requires_grad(true))
        .collect();
    let (weights, others) = leaves.split_at(network.layers().len());
    let mode = Mode::Train { statistics: BatchStatistics::Hold, dropout: 0.0, seed: 0 };
    let loss = forward.run(weights, others, &parameters, &batch, mode)[0].cross_entropy_loss(
        &labels,
        None::<&Tensor>,
        Reduction::Mean,
        -100,
        0.0,
    );
    // In single precision an activation within rounding of zero may fall on the other side of the
    // ReLU, which shows in a shift's gradient; random images have few of those.
    let gradients = Tensor::run_backward(&[&loss], &leaves, false, false);
    // In the places of the values they belong to, gradients get their names.
    let holder = Parameters::neutral(&network, Device::Cpu);
    let places = holder.weight_views(&holder.weights).into_iter().chain(holder.other_views(&holder.others));
    for (mut place, gradient) in places.zip(&gradients) {
        place.copy_(gradient);
    }
    let expected = read(&folder.join("gradients.safetensors"));
    assert_eq!(gradients.len(), expected.len());
    assert_close(&expected, &by_name(&holder, folder, "our_gradients.safetensors"), 1e-3);

    let mut fresh = Parameters::neutral(&network, Device::Cpu);
    load_weights(&mut fresh, &folder.join("fresh.safetensors")).unwrap();
    assert_close(&logits(&fresh), &read(&folder.join("fresh_evaluation.safetensors")), 1e-4);

    // A step on the same images.
    let budget = Budget::dense(&network.layers());
    let mask = Tensor::ones([parameters.weights.numel() as i64], (Kind::Bool, Device::Cpu));
    let slices = parameters.slices();
    let structure = Structure::new(mask, budget, slices, Dormant::Forget, &mut parameters.weights);
    let count = COUNT as u64;
    let recipe = Recipe {
        batch_size: count,
        micro_batch: count,
        dropout: 0.0,
        ..suites::cifar10::SUITE.published_recipe()
    };
    let source = Box::new(Given(batch, labels));
    let mut trainer = Trainer::new(Forward::new(&network), parameters, structure, source, &recipe, false);
    trainer.step(&StepPlan::train("train"), 0, 0.1, 0).unwrap();
    let trained = by_name(&trainer.parameters, folder, "ours.safetensors");
    assert_close(&trained, &read(&folder.join("trained.safetensors")), 1e-3);
}

#[test]
fn a_weights_file_that_does_not_fit_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let mut small = initial_weights(&network::wide_resnet(10, 1, 10, 32), 0, Device::Cpu);
    let mut large = initial_weights(&network::wide_resnet(16, 1, 10, 32), 0, Device::Cpu);
    save_weights(&small, &small.weights, &path).unwrap();
    let before = floats(&large.weights);
    let message = load_weights(&mut large, &path).unwrap_err().to_string();
    assert!(message.contains("is missing") && message.contains("weights.safetensors"), "{message}");
    assert_eq!(floats(&large.weights), before, "nothing is half loaded");
    save_weights(&large, &large.weights, &path).unwrap();
    let message = load_weights(&mut small, &path).unwrap_err().to_string();
    assert!(message.contains("not part of it"), "{message}");
    std::fs::write(&path, b"not safetensors").unwrap();
    assert!(load_weights(&mut small, &path).unwrap_err().to_string().contains("not a safetensors"));
}
