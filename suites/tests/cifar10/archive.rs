//! What a fetch starts from: an archive, its publisher and a folder; and what it should end with.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use suites::Fetched;
use suites::cifar10::{Cifar10, Publisher, SUBFOLDER, fetch, generate};
use suites::fetch::{FetchError, Patience};
use tempfile::TempDir;

use crate::server::{Answer, Server};

/// The name of the archive.
pub const ARCHIVE: &str = "cifar-10-binary.tar.gz";

/// A small archive like the publisher's, its checksums, and a folder to fetch into.
pub struct Scene {
    _temp: TempDir,
    pub dir: PathBuf,
    pub archive: Vec<u8>,
    pub publisher: Publisher,
}

impl Scene {
    pub fn new() -> Scene {
        let temp = tempfile::tempdir().unwrap();
        let source = temp.path().join("source");
        generate(&source, 50, 10, 0).unwrap();
        let files = (1..=5).map(|k| format!("data_batch_{k}.bin")).chain(["test_batch.bin".to_owned()]);
        let files = files.map(|name| (name.clone(), md5(&fs::read(source.join(name)).unwrap()))).collect();
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), Default::default()));
        tar.append_dir(SUBFOLDER, &source).unwrap();
        for entry in fs::read_dir(&source).unwrap() {
            let path = entry.unwrap().path();
            // As in the published archive, there is more than the batches; but not the generator's marker.
            if path.extension().is_some_and(|end| end == "bin") || path.ends_with("batches.meta.txt") {
                let name = Path::new(SUBFOLDER).join(path.file_name().unwrap());
                tar.append_path_with_name(&path, name).unwrap();
            }
        }
        let archive = tar.into_inner().unwrap().finish().unwrap();
        let publisher =
            Publisher { url: String::new(), archive_md5: md5(&archive), files, ..Publisher::toronto() };
        Scene { dir: temp.path().join("data"), _temp: temp, archive, publisher }
    }

    /// Fetches from a server that gives these answers in turn, the last one for ever.
    pub fn fetch(&mut self, answers: &[Answer]) -> (Result<Fetched, FetchError>, Server) {
        let server = Server::start(vec![(ARCHIVE.to_owned(), self.archive.clone())], answers);
        self.publisher.url = format!("{}/{ARCHIVE}", server.address());
        (self.fetch_again(), server)
    }

    pub fn fetch_again(&self) -> Result<Fetched, FetchError> {
        let patience = Patience {
            connect: Duration::from_secs(5),
            silence: Duration::from_millis(500),
            attempts: 3,
            pause: Duration::from_millis(1),
        };
        fetch(&self.dir, &self.publisher, &patience, &mut |_| {})
    }

    pub fn installed(&self) -> Fetched {
        Fetched::Installed { folder: self.dir.join(SUBFOLDER) }
    }

    pub fn assert_complete(&self) {
        let data = Cifar10::load(&self.dir).unwrap();
        assert_eq!((data.train.len(), data.test.len()), (50, 10));
        assert_eq!(fs::read(self.dir.join("cifar-10-binary.tar.gz")).unwrap(), self.archive);
        assert_eq!(self.names(), [SUBFOLDER, "cifar-10-binary.tar.gz"], "nothing else is left");
    }

    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn part(&self) -> PathBuf {
        self.dir.join("cifar-10-binary.tar.gz.part")
    }
}

pub fn md5(content: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
