//! What a run directory tells of one training: its evaluations, the changes of its structure, the
//! density of its layers, its spec and its environment.
//!
//! Files of older runs lack columns and files of newer ones have more; what is missing is `None`.

mod rows;

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::store::Complaint;

pub use rows::{Change, Evaluation, LayerDensity};

/// The directory of one trial, `<out>/runs/<key>`.
#[derive(Clone, Debug)]
pub struct Run {
    directory: PathBuf,
    /// Whether it lies in the output directory, so that its files may be read.
    inside: bool,
}

/// The directory of the trial with `key` in an output directory; none if the key, which a file tells,
/// cannot be the name of one and would lead elsewhere.
pub fn directory(out: &Path, key: &str) -> Option<PathBuf> {
    let mut parts = Path::new(key).components();
    let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    plain.then(|| out.join("runs").join(key))
}

/// Rows of a file, and what is wrong with the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// The rows that could be read, in the order of the file.
    pub rows: Vec<T>,
    /// The rows that could not, and why.
    pub complaints: Vec<Complaint>,
}

impl Run {
    /// The run of the trial with `key` in an output directory; it need not be there. One whose directory
    /// would lie elsewhere tells nothing.
    pub fn of(out: &Path, key: &str) -> Run {
        Run { directory: out.join("runs").join(key), inside: directory(out, key).is_some() }
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The evaluations, in the order of training.
    pub fn evaluations(&self) -> Rows<Evaluation> {
        self.read("metrics.csv")
    }

    /// The changes of the structure, in the order of training; none if it never changed.
    pub fn changes(&self) -> Rows<Change> {
        self.read("updates.csv")
    }

    /// The density of layers after some of the changes.
    pub fn layers(&self) -> Rows<LayerDensity> {
        self.read("layers.csv")
    }

    /// What was trained, as JSON; none if the file is not there.
    pub fn spec(&self) -> Option<String> {
        self.text("spec.json")
    }

    /// What it was trained with, as JSON; none if the file is not there.
    pub fn environment(&self) -> Option<String> {
        self.text("environment.json")
    }

    fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name).ok()?).ok()
    }

    fn bytes(&self, name: &str) -> io::Result<Vec<u8>> {
        if !self.inside {
            return Err(io::ErrorKind::NotFound.into());
        }
        fs::read(self.directory.join(name))
    }

    /// The rows of a file; one that is not there has none.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Rows<T> {
        let file = self.directory.join(name);
        let (mut rows, mut complaints) = (Vec::new(), Vec::new());
        let mut complain =
            |line: u64, what: String| complaints.push(Complaint { file: file.clone(), line, what });
        match self.bytes(name) {
            Ok(bytes) => {
                let mut reader = csv::Reader::from_reader(bytes.as_slice());
                for row in reader.deserialize() {
                    match row {
                        Ok(row) => rows.push(row),
                        Err(error) => {
                            complain(error.position().map_or(1, csv::Position::line), error.to_string());
                        }
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => complain(1, format!("cannot be read: {error}")),
        }
        Rows { rows, complaints }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(files: &[(&str, &str)]) -> (tempfile::TempDir, Run) {
        let out = tempfile::tempdir().unwrap();
        let run = Run::of(out.path(), "abc");
        fs::create_dir_all(run.directory()).unwrap();
        files.iter().for_each(|(name, text)| fs::write(run.directory().join(name), text).unwrap());
        (out, run)
    }

    #[test]
    fn a_run_without_files_tells_nothing() {
        let (_out, run) = run(&[]);
        assert!(run.evaluations().rows.is_empty() && run.changes().rows.is_empty());
        assert!(run.layers().complaints.is_empty() && run.spec().is_none());
    }

    #[test]
    fn a_key_that_leads_out_of_the_folder_tells_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (folder.path().join("out"), folder.path().join("x/runs/abc"));
        fs::create_dir_all(out.join("runs")).unwrap();
        fs::create_dir_all(&elsewhere).unwrap();
        for name in ["spec.json", "environment.json", "metrics.csv", "updates.csv"] {
            fs::write(elsewhere.join(name), "step\n1\n").unwrap();
            fs::write(out.join(name), "step\n1\n").unwrap();
        }
        let absolute = elsewhere.display().to_string();
        for key in ["../../x/runs/abc", absolute.as_str(), "..", ".", "", "a/../../.."] {
            let run = Run::of(&out, key);
            assert_eq!((run.spec(), run.environment()), (None, None), "{key}");
            assert!(run.evaluations().rows.is_empty() && run.changes().rows.is_empty(), "{key}");
            assert_eq!(directory(&out, key), None, "{key}");
        }
        assert!(Run::of(&folder.path().join("x"), "abc").spec().is_some());
    }

    #[test]
    fn columns_may_be_missing_or_unknown_and_bad_rows_are_named() {
        let changes = "step,stage,dropped,grown,active,iou_previous,survival_1,survival_2,new\n\
                       1,update,5,5,90,0.5,,,x\n101,update,5,4,89,,0.25,0.125,x\nmany,update,5,5,90,,,,x\n";
        let (_out, run) = run(&[("updates.csv", changes), ("metrics.csv", "step,epoch,top1\n10,1,50.5\n")]);
        let read = run.changes();
        assert_eq!(read.rows.len(), 2);
        assert_eq!((read.rows[0].iou_previous, read.rows[1].survival(1)), (Some(0.5), Some(0.25)));
        assert_eq!((read.rows[1].survival(2), read.rows[1].survival(3)), (Some(0.125), None));
        assert_eq!((read.complaints.len(), read.complaints[0].line), (1, 4));
        let evaluation = &run.evaluations().rows[0];
        assert_eq!((evaluation.top1, evaluation.val_loss), (Some(50.5), None));
    }
}
