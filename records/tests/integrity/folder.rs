//! An output directory of three records, and what is said when it is read.

use std::fs;
use std::path::PathBuf;

use records::{Record, RunDirectory, Store};

/// A record as a worker writes it.
pub fn record(key: &str) -> Record {
    Record {
        key: key.into(),
        suite: "cifar10".into(),
        model: "wrn-16-1".into(),
        method: "rigl".into(),
        distribution: "erk".into(),
        sparsity_target: Some(0.9),
        sparsity: Some(0.899952908205458),
        top1: Some(75.92),
        top5: Some(98.7),
        params_total: Some(175066),
        params_active: Some(18359),
        macs_dense: Some(26657408),
        macs: Some(4615104),
        train_seconds: Some(1505.1),
        status: "ok".into(),
        settings: "alpha=0.3;interval=100".into(),
        ..Record::default()
    }
}

/// An output directory.
pub struct Folder {
    pub out: tempfile::TempDir,
    pub store: Store,
}

impl Folder {
    /// Records `a`, `b` and `c`, on lines 2 to 4.
    pub fn new() -> Folder {
        let out = tempfile::tempdir().unwrap();
        let store = Store::new(out.path());
        ["a", "b", "c"].iter().for_each(|key| store.upsert(&record(key)).unwrap());
        Folder { out, store }
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.store.path()).unwrap()
    }

    pub fn put(&self, text: &str) {
        fs::write(self.store.path(), text).unwrap();
    }

    pub fn run(&self, key: &str) -> PathBuf {
        let run = self.out.path().join("runs").join(key);
        fs::create_dir_all(&run).unwrap();
        run
    }

    /// Writes the record of a run and commits it as the worker does. Where one record has a run, all have: those of
    /// the rows of the folder get one each.
    pub fn left_by_run(&self, record: &Record) -> PathBuf {
        for row in self.store.load().unwrap().records {
            if !self.run(&row.key).join("record.json").exists() {
                self.commit(&row);
            }
        }
        self.commit(record)
    }

    fn commit(&self, record: &Record) -> PathBuf {
        let path = self.run(&record.key).join("record.json");
        fs::write(&path, serde_json::to_vec_pretty(record).unwrap()).unwrap();
        RunDirectory::of(self.out.path(), &record.key).commit(&["record.json"]).unwrap();
        path
    }

    /// Commits the record of a run as it is now.
    pub fn commit_again(&self, key: &str) {
        RunDirectory::of(self.out.path(), key).commit(&["record.json"]).unwrap();
    }

    /// The keys that are used, and what is said of the others.
    pub fn load(&self) -> (String, Vec<(u64, String)>) {
        let loaded = self.store.load().unwrap();
        assert!(loaded.complaints.iter().all(|complaint| complaint.file.starts_with(self.out.path())));
        let mut keys: Vec<&str> = loaded.records.iter().map(|record| record.key.as_str()).collect();
        keys.sort();
        (
            keys.concat(),
            loaded.complaints.into_iter().map(|complaint| (complaint.line, complaint.what)).collect(),
        )
    }

    /// What is said if only the row of `key` is left out.
    pub fn only(&self, key: &str) -> String {
        let (keys, said) = self.load();
        let of_key = |line: &str| line.split(',').next() == Some(key);
        let line = self.text().lines().position(of_key).unwrap() as u64 + 1;
        assert_eq!((keys.len(), said.len(), said[0].0), (2, 1, line), "{said:?}");
        said[0].1.clone()
    }
}
