//! The records of several folders of results, each trial once: as the first folder has it.

use std::collections::BTreeMap;

use records::Record;

/// Records of folders that were added one after the other.
#[derive(Debug, Default)]
pub struct Merged {
    /// Each trial once, in the order of the folders.
    pub records: Vec<Record>,
    folders: usize,
    /// Where in `records` a trial is, and of which folder.
    seen: BTreeMap<String, (usize, usize)>,
}

/// The trials of a folder that an earlier one has, each with the number of that one.
#[derive(Debug, Default, PartialEq)]
pub struct Repeated {
    /// With the same record.
    pub alike: Vec<(usize, String)>,
    /// With another record, which is the one that counts.
    pub different: Vec<(usize, String)>,
}

impl Merged {
    /// Adds the records of the next folder.
    pub fn add(&mut self, records: Vec<Record>) -> Repeated {
        let mut repeated = Repeated::default();
        for record in records {
            match self.seen.get(&record.key) {
                None => {
                    self.seen.insert(record.key.clone(), (self.records.len(), self.folders));
                    self.records.push(record);
                }
                Some((at, folder)) if self.records[*at] == record => {
                    repeated.alike.push((*folder, record.key))
                }
                Some((_, folder)) => repeated.different.push((*folder, record.key)),
            }
        }
        self.folders += 1;
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_has_a_trial_counts() {
        let record = |key: &str, seed| Record { key: key.into(), seed, ..Record::default() };
        let mut merged = Merged::default();
        assert_eq!(merged.add(vec![record("a", 0), record("b", 0)]), Repeated::default());
        assert_eq!(merged.add(vec![record("c", 0)]), Repeated::default());
        let third = merged.add(vec![record("b", 0), record("c", 1), record("d", 0)]);
        assert_eq!(third, Repeated { alike: vec![(0, "b".into())], different: vec![(1, "c".into())] });
        let keys: Vec<(&str, u64)> =
            merged.records.iter().map(|record| (record.key.as_str(), record.seed)).collect();
        assert_eq!(keys, [("a", 0), ("b", 0), ("c", 0), ("d", 0)]);
    }
}
