//! The run directories that come with the project, of several versions, are read completely and would be
//! written again as they are.

use std::fs;
use std::path::{Path, PathBuf};

use records::RunDirectory;
use records::run_directory::{
    Evaluation, KeptChannels, LayerDensity, Rows, RunRow, StructureUpdate, TrialIdentity,
};

/// All run directories of the recorded evidence.
fn runs() -> Vec<PathBuf> {
    let below = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/recorded");
    let runs: Vec<PathBuf> = below(recorded).flat_map(|out| below(out.join("runs"))).collect();
    assert!(runs.len() >= 16);
    runs
}

/// The columns of a file, each with its fields from top to bottom.
fn columns(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at].to_string()).collect()).collect()
}

/// Whether a run has the file; if so, that it is read without a complaint and every column written again.
fn is_kept<Row: RunRow>(run: &Path, read: Rows<Row>) -> bool {
    let file = run.join(Row::FILE);
    let Ok(text) = fs::read_to_string(&file) else { return false };
    assert_eq!(read.complaints, [], "{}", file.display());
    let folder = tempfile::tempdir().unwrap();
    RunDirectory::at(folder.path()).write_rows(&read.rows).unwrap();
    let written = columns(&fs::read_to_string(folder.path().join(Row::FILE)).unwrap());
    for column in columns(&text) {
        assert!(written.contains(&column), "{}: column {}", file.display(), column[0]);
    }
    true
}

#[test]
fn recorded_runs_are_read_and_written_as_they_are() {
    let mut channels = 0;
    for path in runs() {
        let run = RunDirectory::at(&path);
        let identity = TrialIdentity::of_spec(&run.spec().unwrap().unwrap()).unwrap();
        assert!(!identity.method.is_empty() && run.environment().unwrap().is_some());
        assert!(is_kept::<Evaluation>(&path, run.evaluations()), "{}", path.display());
        is_kept::<StructureUpdate>(&path, run.updates());
        is_kept::<LayerDensity>(&path, run.layers());
        channels += usize::from(is_kept::<KeptChannels>(&path, run.channels()));
    }
    assert!(channels >= 7);
}
