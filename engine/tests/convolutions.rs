//! Every convolution that a network of the harness can have, by every instruction set of the processor.
//!
//! Each set has a process of its own, in which the C library checks the heap: kernels that write
//! past their buffers have been found in libtorch, and on the machine of whoever wrote a test they may
//! not run. Outputs and both gradients are held against 64-bit convolutions, which oneDNN does
//! not compute.

use engine::convolve;
use network::{Op, Window, models};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use tch::{Kind, Tensor};

/// Input channels that are tried: remainders of vectors of 4, 8 and 16 floats.
const INPUTS: [usize; 28] =
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 20, 24, 25, 31, 32, 33, 40, 48, 56, 63, 64, 65];
/// Output channels that are tried.
const OUTPUTS: [usize; 7] = [1, 3, 8, 10, 16, 31, 64];
/// Multiply-accumulates of an image up to which a case is tried.
const MOST_WORK: usize = 500_000;

/// Relative error of rounding to the 8 binary digits of bfloat16.
const BFLOAT16_ROUNDING: f64 = 1.0 / 256.0;

/// Names the case that the process of an instruction set is about to run.
const AT: &str = "at ";

/// What distinguishes convolutions apart from their channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Geometry {
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
    depthwise: bool,
    biased: bool,
    side: usize,
}

impl Geometry {
    fn window(&self) -> Window {
        let Self { kernel, stride, padding, dilation, .. } = *self;
        Window { kernel, stride, padding, dilation }
    }
}

/// The geometries of every model, at sides that stay even and sides that become odd. Of a detector those that
/// classifiers lack: its heads, and what is dilated or padded otherwise.
fn geometries() -> BTreeSet<Geometry> {
    let mut all = BTreeSet::new();
    for (name, side) in [
        ("wrn-10-1", 32),
        ("resnet50", 64),
        ("resnet50", 224),
        ("mobilenet-v1", 96),
        ("mobilenet-v2", 64),
        ("resnet18", 64),
        ("ssd128-resnet50", 128),
    ] {
        let network = models::model(name, 10, side).unwrap();
        for node in &network.nodes {
            let Op::Conv { kernel, stride, padding, groups, bias, dilation } = node.op else { continue };
            let side = network.nodes[node.inputs[0]].shape.height;
            let depthwise = groups > 1;
            let geometry = Geometry { kernel, stride, padding, dilation, depthwise, biased: bias, side };
            let usual = geometry.window() == Window::new(kernel, stride) && !bias;
            if network.backbone.is_none() || !usual {
                all.insert(geometry);
            }
        }
    }
    all
}

/// Input and output channels that are tried: compaction leaves any number of either. Every number of input
/// channels is paired with one number of output channels, and with another in the next geometry (number `turn`).
fn channels(geometry: Geometry, turn: usize) -> Vec<(usize, usize)> {
    let Geometry { kernel, stride, side, depthwise, .. } = geometry;
    let outputs = |index: usize| OUTPUTS[(index + turn) % OUTPUTS.len()];
    let pair = |(index, inputs): (usize, usize)| (inputs, if depthwise { inputs } else { outputs(index) });
    let mut pairs: Vec<_> = INPUTS.into_iter().enumerate().map(pair).collect();
    let work = |(inputs, outputs): &(usize, usize)| {
        let weights = if depthwise { *outputs } else { inputs * outputs } * kernel * kernel;
        weights * side.div_ceil(stride).pow(2)
    };
    pairs.retain(|pair| work(pair) <= MOST_WORK);
    pairs
}

/// Channels-last random values.
fn random([count, channels, side]: [usize; 3], kind: Kind) -> Tensor {
    let [count, channels, side] = [count, channels, side].map(|n| n as i64);
    let values = Tensor::randn([count, side, side, channels], (Kind::Float, tch::Device::Cpu));
    values.to_kind(kind).permute([0, 3, 1, 2])
}

/// Output and the gradients of input and weight.
fn passes(
    x: &Tensor,
    weight: &Tensor,
    gradient: &Tensor,
    run: impl Fn(&Tensor, &Tensor) -> Tensor,
) -> [Tensor; 3] {
    let (x, weight) = (x.detach().set_requires_grad(true), weight.detach().set_requires_grad(true));
    let output = run(&x, &weight);
    let gradients =
        Tensor::f_run_backward(&[(&output * gradient).sum(output.kind())], &[&x, &weight], false, false);
    let [of_x, of_weight] = gradients.unwrap().try_into().unwrap();
    [output.detach(), of_x, of_weight]
}

/// Runs one case, and says what differs from the 64-bit convolution.
fn case(geometry: Geometry, (inputs, outputs): (usize, usize), batch: usize, kind: Kind) -> Option<String> {
    let Geometry { kernel, depthwise, side, .. } = geometry;
    let groups = if depthwise { inputs } else { 1 };
    let x = random([batch, inputs, side], kind);
    let weight = random([outputs, inputs / groups, kernel], kind);
    let window = geometry.window();
    let size = window.side(side);
    let gradient = random([batch, outputs, size], kind);
    let bias = geometry.biased.then(|| Tensor::randn([outputs as i64], (kind, tch::Device::Cpu)));
    let run = |x: &Tensor, weight: &Tensor| convolve(x, weight, bias.as_ref(), window, groups);
    let found = passes(&x, &weight, &gradient, run);

    let double = |bias: Option<&Tensor>| {
        let bias = bias.map(|bias| bias.to_kind(Kind::Double));
        let Window { stride, padding, dilation, .. } = window;
        let [stride, padding, dilation] = [stride, padding, dilation].map(|n| [n as i64; 2]);
        move |x: &Tensor, weight: &Tensor| {
            x.conv2d(weight, bias.as_ref(), stride, padding, dilation, groups as i64)
        }
    };
    let [x, weight, gradient] = [x, weight, gradient].map(|tensor| tensor.to_kind(Kind::Double));
    let truth = passes(&x, &weight, &gradient, double(bias.as_ref()));
    // Rounding can take a share of the sum of the absolute products, whatever the order of the sum.
    let magnitudes = bias.as_ref().map(Tensor::abs);
    let absolute = passes(&x.abs(), &weight.abs(), &gradient.abs(), double(magnitudes.as_ref()));
    let share = match kind {
        Kind::Float => 2e-6,
        // A processor without bfloat16 sums over kernel positions, or images, and rounds every time.
        _ => (geometry.kernel.pow(2) + batch) as f64 * BFLOAT16_ROUNDING,
    };
    for (((what, found), truth), absolute) in ["output", "gradient of the input", "gradient of the weight"]
        .iter()
        .zip(found)
        .zip(truth)
        .zip(absolute)
    {
        let excess = ((found.to_kind(Kind::Double) - truth).abs() - absolute * share).max().double_value(&[]);
        // Also where it is not a number.
        if excess.is_nan() || excess > 1e-9 {
            return Some(format!("the {what} is off by {excess:e} more than rounding can make"));
        }
    }
    None
}

/// The work of the process of one instruction set; a test only so that this program can be started for it.
#[test]
#[ignore = "started by the other tests of this file, once for each instruction set"]
fn sweep() {
    tch::manual_seed(7);
    let mut wrong = Vec::new();
    for (turn, geometry) in geometries().into_iter().enumerate() {
        for (index, pair) in channels(geometry, turn).into_iter().enumerate() {
            // Kernels are also chosen by batch and threads. Every pair meets others of them in the next geometry.
            let (batch, threads) = [(2, 1), (1, 2), (3, 1), (16, 1)][(index + turn) % 4];
            let kinds =
                if (index + 3 * turn) % 5 == 0 { &[Kind::Float, Kind::BFloat16][..] } else { &[Kind::Float] };
            for kind in kinds {
                let case_name = format!("{geometry:?} {pair:?} batch {batch} {kind:?}");
                eprintln!("{AT}{case_name}");
                tch::set_num_threads(threads);
                wrong.extend(
                    case(geometry, pair, batch, *kind).map(|difference| format!("{case_name}: {difference}")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Writes past a buffer, for the test that this is noticed.
#[test]
#[ignore = "started by the other tests of this file, to see whether the heap is checked"]
fn overrun() {
    // SAFETY: none; one byte too many is the point. The process is started for nothing else.
    unsafe {
        let buffer = libc::malloc(100).cast::<u8>();
        // Another value than the one that the check has put there, whatever that is.
        let past = std::hint::black_box(buffer.add(100));
        past.write_volatile(!past.read_volatile());
        libc::free(buffer.cast());
    }
}

/// Runs one of the two above in a process whose heap is checked.
fn child(test: &str, instruction_set: Option<&str>) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command.env("LD_PRELOAD", "libc_malloc_debug.so.0").env("MALLOC_CHECK_", "3");
    command.env_remove("ONEDNN_MAX_CPU_ISA");
    command.envs(instruction_set.map(|name| ("ONEDNN_MAX_CPU_ISA", name)));
    command.output().unwrap()
}

/// The instruction sets of oneDNN that change its kernels and that this processor has; none is whatever it has
/// most of.
fn instruction_sets() -> Vec<Option<&'static str>> {
    let mut sets = vec![None];
    #[cfg(target_arch = "x86_64")]
    for (name, there) in [
        ("SSE41", is_x86_feature_detected!("sse4.1")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("AVX512_CORE", is_x86_feature_detected!("avx512bw")),
    ] {
        sets.extend(there.then_some(Some(name)));
    }
    sets
}

#[test]
fn every_convolution_is_right_and_stays_within_its_buffers() {
    let signal = child("overrun", None).status.signal();
    assert_eq!(
        signal,
        Some(libc::SIGABRT),
        "the heap is not checked; this takes glibc's libc_malloc_debug.so.0"
    );
    let sets = instruction_sets();
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    for sets in sets.chunks(at_once) {
        std::thread::scope(|scope| sets.iter().for_each(|set| drop(scope.spawn(|| check(*set)))));
    }
}

/// Runs the sweep with one instruction set.
fn check(set: Option<&str>) {
    let output = child("sweep", set);
    let said = String::from_utf8_lossy(&output.stderr);
    let cases = said.lines().filter(|line| line.starts_with(AT)).count();
    let name = set.unwrap_or("all that the processor has");
    let others: Vec<&str> = said.lines().filter(|line| !line.starts_with(AT)).collect();
    let last = said.lines().rfind(|line| line.starts_with(AT)).unwrap_or_default();
    let others = others.join("\n");
    assert!(output.status.success(), "{name}: {} {last}\n{others}", output.status);
    assert!(cases > 1000, "{name}: only {cases} cases");
    println!("{name}: {cases} cases");
}
