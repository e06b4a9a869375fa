//! The record of a committed trial, and its way into the records file.

use records::text::quoted;
use records::{Record, RunDirectory, Store, files};
use trial::TrialSpec;

/// Adds the record of a committed trial to the store, or says why that is not possible.
pub fn collect(directory: &RunDirectory, spec: &TrialSpec, store: &Store) -> Result<Record, String> {
    let record = read(directory, spec)?;
    store.upsert(&record).map_err(|error| error.to_string())?;
    Ok(record)
}

/// The record in the directory of a committed trial.
fn read(directory: &RunDirectory, spec: &TrialSpec) -> Result<Record, String> {
    let path = directory.file(files::RECORD);
    let wrong = |what: String| {
        let (path, folder) = (path.display(), quoted(directory.path()));
        format!("{path}: {what}; delete {folder} to train the trial again")
    };
    let text = directory.record().map_err(|error| error.to_string())?;
    let text = text.ok_or_else(|| wrong("is not there".into()))?;
    let record: Record = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if record.key != spec.key() {
        return Err(wrong(format!("it is the record of trial {}, not of {}", record.key, spec.key())));
    }
    of_its_threads(directory, spec, record)
}

/// The record of the committed trial in a directory, unless other threads computed it than its key says.
pub fn of_its_threads(directory: &RunDirectory, spec: &TrialSpec, record: Record) -> Result<Record, String> {
    let Some(why) = trial::other_threads(&record, spec) else { return Ok(record) };
    let (path, folder) = (directory.file(files::RECORD), quoted(directory.path()));
    Err(format!("{}: {why}; delete {folder} to train the trial again", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::num::NonZeroUsize;

    fn spec() -> TrialSpec {
        TrialSpec {
            suite: "cifar10".into(),
            dataset: "cifar10".into(),
            data_fingerprint: "0".into(),
            classes: None,
            model: "wrn-10-1".into(),
            initial_weights: None,
            pretraining_cost: None,
            method: "dense".into(),
            target: trial::Target::Dense,
            seed: 0,
            threads: NonZeroUsize::MIN,
            profile: "smoke".into(),
            recipe: BTreeMap::new(),
            settings: BTreeMap::new(),
            method_revision: 0,
            profile_revision: 0,
        }
    }

    #[test]
    fn a_record_is_added_once_and_must_be_the_trials_own() {
        let out = tempfile::tempdir().unwrap();
        let (spec, store) = (spec(), Store::new(out.path()));
        let directory = RunDirectory::of(out.path(), &spec.key());
        directory.prepare(&spec.to_json()).unwrap();
        let put = |record: &Record| {
            std::fs::write(directory.file("record.json"), serde_json::to_string(record).unwrap()).unwrap();
            directory.commit(&["record.json"]).unwrap();
        };

        put(&Record { key: spec.key(), status: "ok".into(), ..Record::default() });
        for _ in 0..2 {
            assert!(collect(&directory, &spec, &store).unwrap().is_ok());
            assert_eq!(store.load().unwrap().records.len(), 1);
        }

        // Row, record and marker agree, until somebody changes one of them.
        assert_eq!(store.load().unwrap().complaints, []);
        let edited = Record { key: spec.key(), status: "ok".into(), top1: Some(99.0), ..Record::default() };
        store.upsert(&edited).unwrap();
        let loaded = store.load().unwrap();
        assert_eq!((loaded.records.len(), loaded.complaints.len()), (0, 1));
        collect(&directory, &spec, &store).unwrap();
        assert_eq!(store.load().unwrap().complaints, []);

        // Other threads computed it.
        put(&Record { key: spec.key(), status: "ok".into(), threads: Some(4), ..Record::default() });
        let message = collect(&directory, &spec, &store).unwrap_err();
        assert!(message.contains("computed with 4 threads") && message.contains("delete"), "{message}");

        put(&Record { key: "another".into(), ..Record::default() });
        let message = collect(&directory, &spec, &store).unwrap_err();
        assert!(message.contains("another") && message.contains("delete"), "{message}");
        std::fs::write(directory.file("record.json"), "{").unwrap();
        assert!(collect(&directory, &spec, &store).unwrap_err().contains("record.json"));
        assert_eq!(store.load().unwrap().records.len(), 0, "the row has nothing left to be held against");
    }
}
