//! A baseline: records that later trials are checked against, and where they came from.
//!
//! It is a CSV file with the columns of records, throughputs among them, and three more that tell
//! its origin. A person may add columns; whoever reads records reads it too. Unlike records, which
//! are gathered from many trials, a baseline is kept with care: a row that cannot be read is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use csv::StringRecord;
use records::{Complaint, Loaded, Metric, Record, Store, StoreError};

use crate::evidence::condition::Condition;

use super::known_by;

/// Where the records lay, when they were taken, and the commit of the harness that took them.
const PROVENANCE: [&str; 3] = ["baseline_from", "baseline_taken", "baseline_by"];

/// Most bad rows that an error names.
const MOST: usize = 10;

/// What a baseline holds.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its records.
    pub records: Vec<Record>,
    /// Its origins, each once: `runs at 2026-02-01T12:00:00Z by 0123abc`.
    pub origins: Vec<String>,
}

/// Where the records of a baseline come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Where they lay.
    pub from: String,
    /// When they were taken, as RFC 3339 writes times.
    pub taken: String,
    /// Commit of the harness that took them.
    pub by: String,
}

/// A baseline that was made of a folder of results.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The text of the file.
    pub csv: Vec<u8>,
    /// Its records.
    pub records: Vec<Record>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// A baseline that cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// There is none.
    #[error("there is no baseline {}; create one from committed trials with harness regress --update", path.display())]
    Nowhere {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rows of it cannot be read.
    #[error("{said}\na baseline must be intact: correct or delete these lines")]
    Unreadable {
        /// The rows, one a line.
        said: String,
    },
    /// There is no record in it.
    #[error("{} contains no records; recreate it from committed trials with harness regress --update", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No record of it says what has to be checked.
    #[error("no record of {} has {column}, so little could be checked against it; recreate it from committed trials with harness regress --update", path.display())]
    Lacks {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// No record could be taken.
    #[error(
        "{} has no record of a committed trial that completed, so the baseline was left unchanged{}",
        from.display(),
        list(left_out)
    )]
    NothingToTake {
        /// Where records were looked for.
        from: PathBuf,
        /// What there is, and why it was left out.
        left_out: Vec<String>,
    },
}

fn list(said: &[String]) -> String {
    said.iter().take(MOST).map(|line| format!("\n  {line}")).collect()
}

impl Baseline {
    /// Reads a baseline.
    pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BaselineError::Nowhere { path: path.to_path_buf() });
            }
            Err(source) => return Err(StoreError::Read { path: path.to_path_buf(), source }.into()),
        };
        let Loaded { records, complaints, .. } = Loaded::parse(path, &bytes);
        if !complaints.is_empty() {
            let said = complaints.iter().take(MOST).map(Complaint::to_string).collect::<Vec<_>>().join("\n");
            return Err(BaselineError::Unreadable { said });
        }
        if records.is_empty() {
            return Err(BaselineError::Empty { path: path.to_path_buf() });
        }
        let is_there = |says: fn(&Record) -> bool| records.iter().any(says);
        let result = Metric::ALL.map(|metric| metric.column).join(" or ");
        let needed = [
            (result.as_str(), is_there(|record| record.score().is_some())),
            ("sparsity", is_there(|record| record.sparsity.is_some())),
            ("params_active", is_there(|record| record.params_active.is_some())),
            ("macs", is_there(|record| record.macs.is_some())),
        ];
        if let Some((column, _)) = needed.into_iter().find(|(_, is_there)| !is_there) {
            return Err(BaselineError::Lacks { path: path.to_path_buf(), column: column.to_string() });
        }
        Ok(Baseline { records, origins: origins(&bytes) })
    }

    /// Makes a baseline of the records in a folder of results whose trials ended as planned and are
    /// committed, which `is_committed` tells of a key, or why they are not.
    pub fn take(
        out: &Path,
        provenance: &Provenance,
        is_committed: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Taken, BaselineError> {
        let mut loaded = Store::new(out).load()?;
        let mut left_out: Vec<String> = loaded.complaints.iter().map(Complaint::to_string).collect();
        loaded.retain(|record| {
            let kept = match record.is_ok() {
                true => is_committed(&record.key),
                false => Err(record.status.clone()),
            };
            kept.map_err(|why| left_out.push(format!("{} ({}): {why}", record.key, record.method))).is_ok()
        });
        if loaded.records.is_empty() {
            return Err(BaselineError::NothingToTake { from: out.to_path_buf(), left_out });
        }
        let records = loaded.records.clone();
        Ok(Taken { csv: stamped(&loaded.into_csv(), provenance), records, left_out })
    }
}

impl Taken {
    /// The conditions of which the old baseline has more trials, which would no longer be checked as well.
    pub fn lost(&self, old: &Baseline) -> Vec<String> {
        let count = |records: &[Record]| {
            let mut trials: BTreeMap<Condition, usize> = BTreeMap::new();
            records.iter().for_each(|record| *trials.entry(known_by(record)).or_default() += 1);
            trials
        };
        let now = count(&self.records);
        let fewer = count(&old.records).into_iter().filter_map(|(condition, before)| {
            let left = now.get(&condition).copied().unwrap_or_default();
            (left < before).then(|| format!("{}: {left} of {before} trials", condition.label()))
        });
        fewer.collect()
    }
}

/// The rows with their origin, in columns of its own behind the others or where these are already.
fn stamped(csv: &[u8], provenance: &Provenance) -> Vec<u8> {
    let values = [&provenance.from, &provenance.taken, &provenance.by];
    let mut reader = csv::Reader::from_reader(csv);
    let mut header = reader.headers().expect("it was just written").clone();
    let at = PROVENANCE.map(|name| header.iter().position(|column| column == name));
    for (name, _) in PROVENANCE.iter().zip(at).filter(|(_, at)| at.is_none()) {
        header.push_field(name);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("a vector takes every byte");
    for row in reader.records() {
        let mut fields: Vec<String> = row.expect("it was just written").iter().map(String::from).collect();
        for (value, at) in values.iter().zip(at) {
            match at {
                Some(at) => fields[at] = value.to_string(),
                None => fields.push(value.to_string()),
            }
        }
        writer.write_record(&fields).expect("rows are as long as the header");
    }
    writer.into_inner().expect("a vector takes every byte")
}

/// What the rows say of their origin; nothing where the columns are missing.
fn origins(bytes: &[u8]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().cloned().unwrap_or_default();
    let [from, taken, by] = PROVENANCE.map(|name| header.iter().position(|column| column == name));
    let said = |row: &StringRecord| -> Option<String> {
        Some(format!("{} at {} by {}", &row[from?], &row[taken?], &row[by?]))
    };
    let mut origins: Vec<String> = reader.records().flatten().filter_map(|row| said(&row)).collect();
    origins.sort();
    origins.dedup();
    origins
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::{FpsRow, FpsStore};

    fn provenance() -> Provenance {
        let (from, taken) = ("runs".to_string(), "2026-02-01T12:00:00Z".to_string());
        Provenance { from, taken, by: "0123abc".to_string() }
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (key, status) in [("a", "ok"), ("b", "ok"), ("c", "diverged"), ("d", "ok")] {
            let record = Record {
                key: key.into(),
                method: "rigl".into(),
                status: status.into(),
                sparsity: Some(0.9),
                params_active: Some(1000),
                macs: Some(50_000),
                top1: Some(60.0),
                ..Record::default()
            };
            Store::new(folder.path()).upsert(&record).unwrap();
        }
        folder
    }

    fn committed(key: &str) -> Result<(), String> {
        if key == "d" { Err("is not committed".to_string()) } else { Ok(()) }
    }

    #[test]
    fn a_baseline_is_of_committed_trials_and_tells_its_origin() {
        let folder = folder();
        let row = FpsRow {
            key: "a".into(),
            per_reference: Some(2.5),
            fps: Some(9.0),
            valid: true,
            ..FpsRow::default()
        };
        FpsStore::new(folder.path()).append(&[row]).unwrap();
        let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
        assert_eq!((taken.records.len(), taken.left_out.len()), (2, 2));
        assert!(taken.left_out[0].contains("c (rigl): diverged"), "{:?}", taken.left_out);

        let file = folder.path().join("baseline.csv");
        fs::write(&file, &taken.csv).unwrap();
        let baseline = Baseline::read(&file).unwrap();
        let keys: Vec<_> = baseline.records.iter().map(|record| record.key.as_str()).collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(baseline.records[0].fps_per_reference, Some(2.5));
        assert_eq!(baseline.origins, ["runs at 2026-02-01T12:00:00Z by 0123abc"]);
    }

    #[test]
    fn trials_that_a_new_baseline_would_lose_are_named() {
        let folder = folder();
        let take =
            |of: fn(&str) -> Result<(), String>| Baseline::take(folder.path(), &provenance(), of).unwrap();
        let all = take(|_| Ok(()));
        let old = Baseline { records: all.records.clone(), origins: Vec::new() };
        assert_eq!(all.lost(&old), Vec::<String>::new());
        assert_eq!(take(committed).lost(&old), ["rigl: 2 of 3 trials"]);
    }

    #[test]
    fn columns_that_the_harness_does_not_know_survive() {
        let folder = folder();
        let path = Store::new(folder.path()).path();
        let text = fs::read_to_string(&path).unwrap();
        let remarked = text.lines().enumerate().map(|(at, line)| {
            if at == 0 {
                format!("{line},remark,baseline_by\n")
            } else {
                format!("{line},\"good, {at}\",old\n")
            }
        });
        fs::write(&path, remarked.collect::<String>()).unwrap();
        let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
        let csv = String::from_utf8(taken.csv.clone()).unwrap();
        assert!(
            csv.lines()
                .next()
                .unwrap()
                .ends_with("commit,schema,remark,baseline_by,baseline_from,baseline_taken")
        );
        assert!(csv.contains("\"good, 1\",0123abc,runs,2026"), "{csv}");

        // They also survive in a file that a later harness takes for records and rewrites.
        let other = tempfile::tempdir().unwrap();
        let store = Store::new(other.path());
        fs::write(store.path(), &taken.csv).unwrap();
        store.upsert(&Record { key: "e".into(), ..Record::default() }).unwrap();
        let rewritten = fs::read_to_string(store.path()).unwrap();
        assert!(rewritten.contains("\"good, 1\",0123abc,runs,2026"), "{rewritten}");
    }

    #[test]
    fn nothing_to_take_says_why() {
        let folder = folder();
        let never = |_: &str| Err("is not committed".to_string());
        let message = Baseline::take(folder.path(), &provenance(), never).unwrap_err().to_string();
        assert!(
            message.contains("a (rigl): is not committed") && message.contains("left unchanged"),
            "{message}"
        );
        let empty = tempfile::tempdir().unwrap();
        assert!(Baseline::take(empty.path(), &provenance(), committed).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_named_with_file_and_line() {
        let folder = folder();
        let taken = Baseline::take(folder.path(), &provenance(), committed).unwrap();
        let good = String::from_utf8(taken.csv).unwrap();
        let file = folder.path().join("baseline.csv");
        let refuse = |text: &str| {
            fs::write(&file, text).unwrap();
            Baseline::read(&file).unwrap_err().to_string()
        };
        let second = good.lines().nth(1).unwrap();
        for (text, said) in [
            (good.replacen(",ok,", ",ok", 1), "baseline.csv:2: has"),
            (good.clone() + &second.replacen(",rigl,", ",set,", 1) + "\n", "baseline.csv:2: key a"),
            (good.trim_end().to_string(), "baseline.csv:3: the line does not end"),
            (good.replace("rigl,,,,", "rigl,,,many,"), "baseline.csv:2: column `sparsity_target`"),
            (good.replace("top1", "Top1"), "no record of"),
            ("key,suite\na,b\n".to_string(), "baseline.csv:1: the header lacks"),
            (good.lines().next().unwrap().to_string(), "contains no records"),
            (String::new(), "contains no records"),
        ] {
            let message = refuse(&text);
            assert!(message.contains(said), "{said}: {message}");
        }
        fs::write(&file, b"\xff\xfe\n\xff").unwrap();
        assert!(Baseline::read(&file).is_err());
        assert!(Baseline::read(&folder.path().join("none")).unwrap_err().to_string().contains("--update"));
    }
}
