//! Where the records of a baseline come from, in columns of its own.

use csv::StringRecord;

/// The folder of the records, when they were taken, and the commit of the harness that took them.
const COLUMNS: [&str; 3] = ["baseline_from", "baseline_taken", "baseline_by"];

/// Where the records of a baseline come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The folder they were in.
    pub from: String,
    /// When they were taken, as RFC 3339 writes times.
    pub taken: String,
    /// Commit of the harness that took them.
    pub by: String,
}

/// The rows with their origin, in columns of its own behind the others or where these are already.
pub fn stamped(csv: &[u8], provenance: &Provenance) -> Vec<u8> {
    let values = [&provenance.from, &provenance.taken, &provenance.by];
    let mut reader = csv::Reader::from_reader(csv);
    let mut header = reader.headers().expect("it was just written").clone();
    let at = COLUMNS.map(|name| header.iter().position(|column| column == name));
    for (name, _) in COLUMNS.iter().zip(at).filter(|(_, at)| at.is_none()) {
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

/// The origin of the rows; nothing where the columns are missing.
pub fn origins(bytes: &[u8]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().cloned().unwrap_or_default();
    let [from, taken, by] = COLUMNS.map(|name| header.iter().position(|column| column == name));
    let said = |row: &StringRecord| -> Option<String> {
        Some(format!("{} at {} by {}", &row[from?], &row[taken?], &row[by?]))
    };
    let mut origins: Vec<String> = reader.records().flatten().filter_map(|row| said(&row)).collect();
    origins.sort();
    origins.dedup();
    origins
}
