//! What a work has left: its files, and what the program prints of them.

use crate::patience::output;
use crate::works::harness;
use std::collections::BTreeMap;
use std::path::Path;

/// The names of all files; the content of each, but for what differs from one run to the next; and what was printed.
#[derive(PartialEq, Eq)]
pub struct Observed {
    files: BTreeMap<String, Vec<u8>>,
    printed: Vec<String>,
}

/// Files whose content no two runs share: logs, locks, throughputs, and the checksums over a record with its times.
const DIFFER: [&str; 6] = ["worker.log", "lock", ".records.lock", ".measuring.lock", "fps.csv", "COMMITTED"];
/// What of a record was measured by a clock or a counter.
const MEASURED: [&str; 14] = [
    "train_seconds",
    "device_hours",
    "energy_kj",
    "step_ms",
    "step_per_reference",
    "peak_memory_mb",
    "fps",
    "fps_low",
    "fps_high",
    "fps_batch",
    "fps_device",
    "fps_relative",
    "fps_per_reference",
    "fps_doubt",
];

impl Observed {
    /// What is in `folder`, and what `views` print there.
    pub fn of(folder: &Path, views: &[Vec<&str>]) -> Observed {
        let mut files = BTreeMap::new();
        collect(folder, folder, &mut files);
        let printed = views.iter().map(|view| {
            let output = output(&mut harness(folder, view));
            let [text, said] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
            format!("{view:?}: {}\n{text}{said}", output.status)
        });
        // The views may lock what they read, so they come last.
        Observed { files, printed: printed.collect() }
    }

    /// The differences of `other`, each in a line.
    pub fn differences(&self, other: &Observed) -> Vec<String> {
        let mut found = Vec::new();
        for (name, content) in &self.files {
            match other.files.get(name) {
                None => found.push(format!("missing: {name}")),
                Some(there) if there != content => found.push(format!("differs: {name}")),
                Some(_) => {}
            }
        }
        let left = other.files.keys().filter(|name| !self.files.contains_key(*name));
        found.extend(left.map(|name| format!("left over: {name}")));
        for (before, after) in
            self.printed.iter().zip(&other.printed).filter(|(before, after)| before != after)
        {
            let gone = before.lines().find(|line| !after.lines().any(|there| there == *line));
            let new = after.lines().find(|line| !before.lines().any(|there| there == *line));
            found.push(match (gone, new) {
                (None, None) => "printed: the same lines in another order or number".into(),
                _ => format!("printed: {gone:?} is not there, but {new:?}"),
            });
        }
        found
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.insert(format!("{name}/"), Vec::new());
            collect(root, &path, files);
        } else {
            files.insert(name, content(&path));
        }
    }
}

fn content(path: &Path) -> Vec<u8> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if DIFFER.contains(&name.as_ref()) {
        return Vec::new();
    }
    let bytes = std::fs::read(path).unwrap();
    match name.as_ref() {
        "record.json" => {
            let mut record: serde_json::Map<String, serde_json::Value> =
                serde_json::from_slice(&bytes).unwrap();
            record.retain(|name, _| !MEASURED.contains(&name.as_str()));
            format!("{record:?}").into_bytes()
        }
        "records.csv" => without_measured(&String::from_utf8(bytes).unwrap()).into_bytes(),
        _ => bytes,
    }
}

/// The rows of `text`, sorted, without what was measured. Fields have no commas but in quotes, which these have not.
fn without_measured(text: &str) -> String {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let kept = |line: &str| {
        let fields = line.split(',').zip(&header).filter(|(_, name)| !MEASURED.contains(name));
        fields.map(|(field, _)| field.to_string()).collect::<Vec<_>>().join(",")
    };
    let mut rows: Vec<String> = lines.map(kept).collect();
    rows.sort();
    format!("{}\n{}", header.join(","), rows.join("\n"))
}
