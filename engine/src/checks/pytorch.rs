//! PyTorch in Python, to compare with: a process that measures what it is asked for, a turn at a time.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// How a script takes turns; every script imports it.
const TURNS: &str = include_str!("../../benches/turns.py");
/// The module that builds compact networks, which a script imports, too.
const NETWORKS: &str = include_str!("../../../python/harness_network.py");
/// Steps of training.
pub(super) const STEPS: Script =
    Script { name: "pytorch_reference.py", text: include_str!("../../benches/pytorch_reference.py") };
/// Forward passes of a file.
pub(super) const FORWARDS: Script =
    Script { name: "compact_reference.py", text: include_str!("../../benches/compact_reference.py") };

/// A script, which benchmarks run, too.
pub(super) struct Script {
    name: &'static str,
    text: &'static str,
}

/// A script that waits for its turn.
pub(super) struct PyTorch {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl PyTorch {
    /// Starts `script` by the program `python`, from a copy in `folder`.
    pub fn start(
        python: &Path,
        folder: &Path,
        script: &Script,
        arguments: &[String],
    ) -> Result<Self, String> {
        let file = folder.join(script.name);
        let modules = [(folder.join("turns.py"), TURNS), (folder.join("harness_network.py"), NETWORKS)];
        for (file, text) in modules.iter().chain(&[(file.clone(), script.text)]) {
            fs::write(file, text).map_err(|cause| format!("cannot write {}: {cause}", file.display()))?;
        }
        let mut command = Command::new(python);
        command.arg(&file).arg("--turns").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let failed = |cause| format!("cannot start {}: {cause}", python.display());
        let mut child = command.spawn().map_err(failed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { child, input, output: BufReader::new(output) }),
            _ => Err("Python has no standard input or output".into()),
        }
    }

    /// What `name` measures in about `seconds`, or why it cannot.
    pub fn turn(&mut self, name: &str, seconds: f64) -> Result<f64, String> {
        // It says why when it is listened to.
        let _ = writeln!(self.input, "{name} {seconds}").and_then(|()| self.input.flush());
        let mut line = String::new();
        let read = self.output.read_line(&mut line);
        let answer: Value = match read {
            Ok(1..) => serde_json::from_str(&line).map_err(|_| format!("not an answer: {}", line.trim()))?,
            _ => return Err("Python ended without an answer; its last words are in the log".into()),
        };
        match (&answer["measured"], &answer["error"]) {
            (Value::Number(measured), _) => measured.as_f64().ok_or_else(|| "not a number".into()),
            (_, Value::String(error)) => Err(error.clone()),
            _ => Err(format!("not an answer: {}", line.trim())),
        }
    }
}

impl Drop for PyTorch {
    fn drop(&mut self) {
        // One that has ended needs neither.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program, or a word on that there is none.
    fn python() -> Option<std::ffi::OsString> {
        let python = std::env::var_os("HARNESS_PYTHON").filter(|path| !path.is_empty());
        if python.is_none() {
            println!("skipped: HARNESS_PYTHON names no Python with torch");
        }
        python
    }

    fn words(arguments: &[&str]) -> Vec<String> {
        arguments.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_step_and_a_forward_pass_are_measured_in_turns_and_a_mode_that_is_not_there_is_named() {
        let Some(python) = python() else { return };
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let steps = words(&["--model", "wrn-22-2", "--batch", "1", "--threads", "1"]);
        let mut pytorch = PyTorch::start(Path::new(&python), folder, &STEPS, &steps).unwrap();
        for _ in 0..2 {
            assert!(pytorch.turn("eager", 0.01).unwrap() > 0.0);
        }
        let refused = pytorch.turn("nothing", 0.01).unwrap_err();
        assert!(refused.contains("there is no mode nothing"), "{refused}");
        drop(pytorch);

        let file = folder.join("network.safetensors");
        let network = network::wide_resnet(10, 1, 10, 32);
        let parameters = crate::initial_weights(&network, 0, tch::Device::Cpu);
        crate::save_compact(&network, &parameters, &Default::default(), &file).unwrap();
        let arguments =
            [&[file.display().to_string()], &words(&["--batch", "1", "--threads", "1"])[..]].concat();
        let mut pytorch = PyTorch::start(Path::new(&python), folder, &FORWARDS, &arguments).unwrap();
        assert!(pytorch.turn("eager", 0.01).unwrap() > 0.0 && pytorch.turn("fused", 0.01).unwrap() > 0.0);
    }

    #[test]
    fn a_program_that_is_no_python_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let start = |program: &str| PyTorch::start(Path::new(program), folder.path(), &STEPS, &[]);
        assert!(start("/nowhere/python3").err().unwrap().contains("/nowhere/python3"));
        let mut silent = start("true").unwrap();
        assert!(silent.turn("eager", 0.1).unwrap_err().contains("without an answer"));
    }
}
