//! What the targets share: a folder for readers that take paths.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder in memory where there is one, which lives as long as the target.
pub struct Scratch(TempDir);

impl Default for Scratch {
    fn default() -> Scratch {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Scratch(folder.expect("a temporary folder"))
    }
}

impl Scratch {
    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        std::fs::write(&path, content).expect("room for a file");
        path
    }
}

thread_local! {
    /// The folder of this target.
    pub static SCRATCH: Scratch = Scratch::default();
}
