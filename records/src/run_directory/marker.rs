//! `COMMITTED`: a line for every file of the result, `<BLAKE3 checksum>  <name>`, as `b3sum` writes it, and a first
//! line of the same form for the lines below it, under the marker's own name, so that a cut anywhere is noticed.
//!
//! Markers of earlier versions lack the first line, so that one that was cut cannot be told from a whole one by
//! itself: they are held against what every run has ([`Marker::lacks`]) and against the files that are there.

use std::io::{self, Read};
use std::path::{Component, Path};

use super::files;

/// Files that every committed run has.
const OF_EVERY_RUN: [&str; 6] =
    [files::SPEC, files::ENVIRONMENT, files::METRICS, files::UPDATES, files::LAYERS, files::RECORD];

/// A marker that is in order by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Checksum and name of every file.
    sums: Vec<(String, String)>,
    /// Whether it has a checksum of its own.
    is_sealed: bool,
}

impl Marker {
    /// Reads the text of a marker, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Marker, &'static str> {
        let mut sums: Vec<(String, String)> = Vec::new();
        let mut is_sealed = false;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let (sum, name) = line.trim_end_matches(['\n', '\r']).split_once("  ").ok_or(NO_LIST)?;
            let is_sum = sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_sum || !is_name(name) || sums.iter().any(|(_, other)| other == name) {
                return Err(NO_LIST);
            }
            if name != files::COMMITTED {
                sums.push((sum.into(), name.into()));
            } else if number > 0 {
                return Err(NO_LIST);
            } else if checksum(&text.as_bytes()[line.len()..]) != sum {
                return Err("does not fit its own checksum, so it was changed");
            } else {
                is_sealed = true;
            }
        }
        if sums.is_empty() { Err("is empty") } else { Ok(Marker { sums, is_sealed }) }
    }

    /// The names of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sums.iter().map(|(_, name)| name.as_str())
    }

    /// The checksum of the file `name`, if it was committed.
    pub fn sum(&self, name: &str) -> Option<&str> {
        self.sums.iter().find(|(_, of)| of == name).map(|(sum, _)| sum.as_str())
    }

    /// A file that a marker without a checksum of its own should name and does not: one that every run has, or one
    /// of a result that `is_there`; none of a marker that is whole.
    pub fn lacks(&self, is_there: impl Fn(&str) -> bool) -> Option<&'static str> {
        if self.is_sealed {
            return None;
        }
        let unnamed = |name: &&str| self.sum(name).is_none();
        let needed = |name: &&str| OF_EVERY_RUN.contains(name) || is_there(name);
        files::RESULT.into_iter().filter(unnamed).find(needed)
    }
}

const NO_LIST: &str = "is not a list of checksums";

/// Whether it is the name of a file in the same folder.
fn is_name(text: &str) -> bool {
    let mut parts = Path::new(text).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == text)
}

/// The text of a marker over these files, each a name with its checksum.
pub fn text<'a>(sums: impl Iterator<Item = (&'a str, String)>) -> String {
    let lines: String = sums.map(|(name, sum)| line(name, &sum)).collect();
    let own = line(files::COMMITTED, &checksum(lines.as_bytes()));
    own + &lines
}

fn line(name: &str, sum: &str) -> String {
    format!("{sum}  {name}\n")
}

/// The checksum of a file with this content.
pub fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The same of what a reader gives, which need not fit into memory.
pub fn checksum_of(reader: impl Read) -> io::Result<String> {
    Ok(blake3::Hasher::new().update_reader(reader)?.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_sum(name: &str) -> (&str, String) {
        (name, checksum(name.as_bytes()))
    }

    #[test]
    fn a_marker_that_was_cut_or_changed_is_none() {
        let whole = text(files::RESULT.into_iter().map(with_sum));
        let marker = Marker::parse(&whole).unwrap();
        assert_eq!(marker.names().collect::<Vec<_>>(), files::RESULT);
        let everything_is_there = |text: &str| match Marker::parse(text) {
            Ok(marker) => marker.lacks(|_| true).is_none() && marker.names().eq(files::RESULT),
            Err(_) => false,
        };
        for length in 0..whole.len() {
            assert!(!everything_is_there(&whole[..length]), "at {length}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone().into_bytes();
            changed[at] ^= 1;
            if let Ok(text) = String::from_utf8(changed) {
                assert!(!everything_is_there(&text), "at {at}");
            }
        }
        let without =
            |line: &str| whole.lines().filter(|it| !it.contains(line)).collect::<Vec<_>>().join("\n");
        for name in files::RESULT {
            assert!(!everything_is_there(&without(&format!("  {name}"))), "{name}");
        }
        for twice in
            [format!("{whole}{whole}"), whole.replace("metrics.csv", "../metrics.csv"), String::new()]
        {
            assert!(Marker::parse(&twice).is_err(), "{twice}");
        }
    }

    #[test]
    fn an_old_marker_needs_what_every_run_has() {
        let lines = |names: &[&str]| names.iter().map(|name| line(name, &checksum(b"x"))).collect::<String>();
        let of_every_run = Marker::parse(&lines(&OF_EVERY_RUN)).unwrap();
        assert_eq!(of_every_run.lacks(|_| false), None);
        assert_eq!(of_every_run.lacks(|name| name == files::WEIGHTS), Some(files::WEIGHTS));
        let cut = Marker::parse(&lines(&OF_EVERY_RUN[..5])).unwrap();
        assert_eq!(cut.lacks(|_| false), Some(files::RECORD));
        // One with a checksum of its own is whole, and no file has to be looked for.
        let sealed = Marker::parse(&text([files::SPEC].into_iter().map(with_sum))).unwrap();
        assert_eq!(sealed.lacks(|name| panic!("{name} is looked for")), None);
    }
}
