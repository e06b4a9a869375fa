//! The Python whose PyTorch is compared with.

use records::self_check::Finding;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The variable that names the Python program.
pub const VARIABLE: &str = "HARNESS_PYTHON";
const VERSION: &str = "import torch; print(torch.__version__)";

/// The program that the environment names.
pub fn named() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Whether there is one, and which PyTorch it has.
pub fn find() -> Finding {
    match named() {
        None => Finding::skipped(format!(
            "{VARIABLE} is not set, so that nothing is compared with PyTorch; `make check-gpu` sets it"
        )),
        Some(path) => {
            let asked = Command::new(&path).args(["-c", VERSION]).stdin(Stdio::null()).output();
            match asked {
                Ok(said) if said.status.success() => {
                    Finding::pass(format!("PyTorch {}", String::from_utf8_lossy(&said.stdout).trim()))
                }
                Ok(_) | Err(_) => Finding::skipped(format!(
                    "{VARIABLE} names {}, which has no PyTorch; run `make setup` again",
                    path.display()
                )),
            }
        }
    }
}
