//! Gives pieces of work to the device: kernel by kernel, or on CUDA as graphs that were recorded once.
//!
//! A kind of work is launched kernel by kernel until it was seen a few times, while libraries choose their
//! algorithms; then it is recorded, and from then on replayed. Where recording fails, the device has not computed
//! what was to be recorded: it is launched kernel by kernel, as is everything after it.

use tch::Device;
use torch_ext::{CudaGraph, Error};

/// Launches of a kind of work before it is recorded, in which libraries choose their algorithms.
pub(crate) const WARM_UP: u32 = 3;

/// What a person is told where `what` cannot be recorded because of `error`.
pub(crate) fn not_recorded(what: &str, error: &Error) -> String {
    let why = match torch_ext::memory_ran_out(&error.to_string()) {
        true => "memory ran out while they were recorded",
        false => "they cannot be recorded",
    };
    format!(
        "{what} are launched kernel by kernel, because {why} as CUDA graphs: {error}. The results are the same, but \
         a small network takes longer; --no-cuda-graphs does not try to record them"
    )
}

/// What records work and launches it as a whole: a [`CudaGraph`] or, where there is no GPU to test with, an
/// account of what would be launched.
pub(crate) trait Graph: Sized {
    /// An empty one for CUDA device number `device`.
    fn new(device: usize) -> Result<Self, Error>;
    /// Launches `work` kernel by kernel, as it will be recorded.
    fn warm_up(&mut self, work: &mut dyn FnMut()) -> Result<(), Error>;
    /// Records `work`, which the device does not compute yet; an error if it fails or panics.
    fn capture(&mut self, work: &mut dyn FnMut()) -> Result<(), Error>;
    /// Launches what was recorded.
    fn replay(&mut self) -> Result<(), Error>;
}

impl Graph for CudaGraph {
    fn new(device: usize) -> Result<Self, Error> {
        Self::new(device)
    }

    fn warm_up(&mut self, work: &mut dyn FnMut()) -> Result<(), Error> {
        self.on_side_stream(|| {
            work();
            Ok(())
        })
    }

    fn capture(&mut self, work: &mut dyn FnMut()) -> Result<(), Error> {
        self.capture(|| {
            work();
            Ok(())
        })
    }

    fn replay(&mut self) -> Result<(), Error> {
        self.replay()
    }
}

/// Launches kinds of work that are told apart by a `K`.
#[derive(Debug)]
pub(crate) struct Launcher<K, G = CudaGraph> {
    state: State<K, G>,
}

#[derive(Debug)]
enum State<K, G> {
    /// Everything is launched kernel by kernel, because nobody wants it otherwise or there is no CUDA.
    Single,
    /// Kinds of work are recorded on a CUDA device.
    Recording { device: usize, kinds: Vec<(K, Progress<G>)> },
    /// One could not be recorded, and why: all are launched kernel by kernel.
    Refused(Error),
}

/// How far a kind of work is on its way to a graph.
#[derive(Debug)]
enum Progress<G> {
    Seen(u32, G),
    Recorded(G),
}

/// Whether work is recorded on a CUDA device: `graphs` are wanted, and in this build.
pub(crate) fn can_record(graphs: bool) -> bool {
    graphs && torch_ext::cuda_compiled()
}

impl<K: Clone + PartialEq, G: Graph> Launcher<K, G> {
    /// One for `device`, which records on CUDA if `graphs` are wanted.
    pub fn new(device: Device, graphs: bool) -> Self {
        match device {
            Device::Cuda(device) if can_record(graphs) => Self::recording(device),
            _ => Self::single(),
        }
    }

    /// One that records on CUDA device number `device`.
    pub fn recording(device: usize) -> Self {
        Self { state: State::Recording { device, kinds: Vec::new() } }
    }

    /// One that launches everything kernel by kernel.
    pub fn single() -> Self {
        Self { state: State::Single }
    }

    /// Whether work is recorded: there is CUDA, it is wanted, and nothing has failed to be.
    pub fn may_record(&self) -> bool {
        matches!(self.state, State::Recording { .. })
    }

    /// Why work cannot be recorded, if that was tried.
    pub fn refused(&self) -> Option<&Error> {
        match &self.state {
            State::Refused(error) => Some(error),
            State::Single | State::Recording { .. } => None,
        }
    }

    /// Whether some kind of work is recorded, and recording has not failed.
    pub fn has_recorded(&self) -> bool {
        let recorded = |(_, progress): &(K, Progress<G>)| matches!(progress, Progress::Recorded(_));
        matches!(&self.state, State::Recording { kinds, .. } if kinds.iter().any(recorded))
    }

    /// Has the device do `work` once, which is of kind `key` and always launches the same kernels of it. It may
    /// change nothing on the host that is still to be as before where recording it fails.
    ///
    /// # Errors
    ///
    /// If the device reports an error, except while work is recorded: then it is launched in another way.
    pub fn launch(&mut self, key: &K, mut work: impl FnMut()) -> Result<(), Error> {
        let State::Recording { device, kinds } = &mut self.state else {
            work();
            return Ok(());
        };
        let known = kinds.iter().position(|(known, _)| known == key);
        let progress = match known {
            Some(index) => kinds.swap_remove(index).1,
            None => Progress::Seen(0, G::new(*device)?),
        };
        let progress = match progress {
            Progress::Seen(times, mut graph) if times < WARM_UP => {
                graph.warm_up(&mut work)?;
                Progress::Seen(times + 1, graph)
            }
            Progress::Seen(_, mut graph) => {
                if let Err(error) = graph.capture(&mut work) {
                    self.state = State::Refused(error);
                    work();
                    return Ok(());
                }
                graph.replay()?;
                Progress::Recorded(graph)
            }
            Progress::Recorded(mut graph) => {
                graph.replay()?;
                Progress::Recorded(graph)
            }
        };
        kinds.push((key.clone(), progress));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    thread_local! {
        /// Whether work is being recorded, as libtorch knows of its current stream.
        static CAPTURING: Cell<bool> = const { Cell::new(false) };
        /// What a device without a GPU was given.
        static COMPUTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    /// Records kernels as a list of names.
    struct Account(Vec<&'static str>);

    /// Gives a kernel to the device, or to what is being recorded.
    fn kernel(name: &'static str) {
        COMPUTED.with_borrow_mut(|computed| computed.push(name));
    }

    /// As one that waits for the device.
    fn waits() {
        assert!(!CAPTURING.get(), "operation not permitted when stream is capturing");
    }

    impl Graph for Account {
        fn new(_: usize) -> Result<Self, Error> {
            Ok(Self(Vec::new()))
        }

        fn warm_up(&mut self, work: &mut dyn FnMut()) -> Result<(), Error> {
            work();
            Ok(())
        }

        fn capture(&mut self, work: &mut dyn FnMut()) -> Result<(), Error> {
            let before = COMPUTED.take();
            CAPTURING.set(true);
            let done = torch_ext::caught(work);
            CAPTURING.set(false);
            self.0 = COMPUTED.replace(before);
            done
        }

        fn replay(&mut self) -> Result<(), Error> {
            self.0.iter().copied().for_each(kernel);
            Ok(())
        }
    }

    fn launcher() -> Launcher<&'static str, Account> {
        COMPUTED.take();
        Launcher::recording(0)
    }

    #[test]
    fn each_kind_is_recorded_after_its_warm_up_and_computed_once_a_launch() {
        let mut launcher = launcher();
        let mut runs = 0;
        for _ in 0..6 {
            for name in ["dense", "sparse"] {
                launcher
                    .launch(&name, || {
                        runs += 1;
                        kernel(name);
                    })
                    .unwrap();
            }
        }
        // The host runs the work in its warm-up and to record it.
        assert_eq!(runs, 2 * (WARM_UP + 1));
        assert_eq!(COMPUTED.take(), ["dense", "sparse"].repeat(6));
        assert!(launcher.refused().is_none() && launcher.has_recorded());
    }

    /// Panics in the middle of the capture, as tch does: the device computes each launch once all the same.
    #[test]
    fn what_cannot_be_recorded_is_launched_kernel_by_kernel_as_is_everything_after_it() {
        let mut launcher = launcher();
        let mut launch = |name, refuses: bool| {
            let work = || {
                kernel(name);
                if refuses {
                    waits();
                }
                kernel("update");
            };
            launcher.launch(&name, work).unwrap();
            (COMPUTED.take(), launcher.refused().map(Error::to_string))
        };
        for launched in 1..=WARM_UP + 3 {
            assert_eq!(launch("dense", false), (vec!["dense", "update"], None));
            let (computed, refused) = launch("scoring", true);
            assert_eq!(computed, ["scoring", "update"], "launch {launched}");
            if launched <= WARM_UP {
                assert_eq!(refused, None);
                continue;
            }
            assert_eq!(refused.as_deref(), Some("operation not permitted when stream is capturing"));
            break;
        }
        let reason = Some("operation not permitted when stream is capturing".to_string());
        for _ in 0..2 {
            // The kind that was recorded already, too: its graph is gone.
            assert_eq!(launch("dense", false), (vec!["dense", "update"], reason.clone()));
            assert_eq!(launch("scoring", true), (vec!["scoring", "update"], reason.clone()));
        }
    }

    /// A smaller batch helps against one of them.
    #[test]
    fn why_work_is_not_recorded_is_told() {
        let told = |said: &str| {
            let error = torch_ext::caught(|| panic!("{said}")).unwrap_err();
            not_recorded("steps", &error)
        };
        let full = told("CUDA out of memory. Tried to allocate 2.00 GiB");
        assert!(
            full.contains("because memory ran out while they were recorded as CUDA graphs: CUDA out"),
            "{full}"
        );
        let refused = told("operation not permitted when stream is capturing");
        assert!(refused.contains("because they cannot be recorded as CUDA graphs: operation"), "{refused}");
    }

    #[test]
    fn without_cuda_nothing_is_recorded() {
        for (device, graphs) in [(Device::Cpu, true), (Device::Cpu, false), (Device::Cuda(0), false)] {
            let launcher: Launcher<()> = Launcher::new(device, graphs);
            assert!(matches!(launcher.state, State::Single));
        }
    }
}
