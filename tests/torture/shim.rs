//! The shim between the programs and the C library, compiled for the test, and what it is told.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The compiled shim.
pub struct Shim {
    _folder: TempDir,
    library: PathBuf,
}

/// What happens at the chosen call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed, in the middle of a write.
    Kill,
    /// The call fails with this errno, and where it lasts all later ones but removals.
    Error { number: i32, lasting: bool },
    /// The same of the calls that read.
    ReadError { number: i32, lasting: bool },
}

impl Shim {
    /// Compiles it with the system's compiler, which a build of the programs needs anyway.
    pub fn compile() -> Shim {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("torture.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/torture/shim.c");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(compiler)
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .args([source, "-ldl"])
            .output()
            .expect("the C compiler starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Shim { _folder: folder, library }
    }

    /// Has the calls of each process named `program` counted, and appended to a file.
    pub fn count(&self, command: &mut Command, program: &str, into: &Path) {
        command.env("LD_PRELOAD", &self.library).env("TORTURE_PROGRAM", program).env("TORTURE_COUNT", into);
    }

    /// Has `fault` happen at call number `call` of each process named `program`; where one gets that far, the file
    /// `mark` is made.
    pub fn disturb(&self, command: &mut Command, program: &str, call: u64, fault: Fault, mark: &Path) {
        command.env("LD_PRELOAD", &self.library).env("TORTURE_PROGRAM", program);
        command.env("TORTURE_CALL", call.to_string()).env("TORTURE_MARK", mark);
        if let Fault::ReadError { .. } = fault {
            command.env("TORTURE_READS", "1");
        }
        if let Fault::Error { number, lasting } | Fault::ReadError { number, lasting } = fault {
            command.env("TORTURE_ERROR", number.to_string());
            if lasting {
                command.env("TORTURE_LASTING", "1");
            }
        }
    }
}
