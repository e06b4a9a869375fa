//! What a set leaves out or cannot read though it looks like a photograph: all of it is reported.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::walk::is_photograph;
use crate::counted;

/// The ends of the names of images that neither torchvision's `ImageFolder` nor the harness looks for.
const OTHER: [&str; 8] = [".gif", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".jfif", ".jpe"];
/// Of those that are looked for, the ends that are decoded.
pub(super) const DECODED: [&str; 3] = [".jpg", ".jpeg", ".png"];

/// Counts of files.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct LeftOut {
    /// Photographs whose names begin with a dot.
    hidden: usize,
    /// Names that are not UTF-8: how many, and one of them.
    no_text: (usize, Option<PathBuf>),
    /// Photographs beside the class folders, by split.
    beside: Vec<(&'static str, usize)>,
    /// By the ends of their names.
    other: BTreeMap<&'static str, usize>,
    /// Broken links that may stand for folders of photographs.
    dangling: Vec<PathBuf>,
}

impl LeftOut {
    /// Counts a file or folder whose name begins with a dot. macOS writes `._NAME` beside every file; that is no image.
    pub fn hidden(&mut self, name: &str) {
        self.hidden += usize::from(is_photograph(name) && !name.starts_with("._"));
    }

    /// Counts a name that is not UTF-8.
    pub fn no_text(&mut self, path: &Path) {
        self.no_text.0 += 1;
        self.no_text.1.get_or_insert_with(|| path.to_path_buf());
    }

    /// Counts a file that is not looked for.
    pub fn file(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if let Some(end) = OTHER.into_iter().find(|end| name.ends_with(end)) {
            *self.other.entry(end).or_default() += 1;
        }
    }

    /// Counts photographs that lie beside the class folders of a split.
    pub fn beside(&mut self, split: &'static str, count: usize) {
        self.beside.extend((count > 0).then_some((split, count)));
    }

    /// Takes note of a broken link that may stand for a folder of photographs.
    pub fn dangling(&mut self, link: &Path) {
        self.dangling.push(link.to_path_buf());
    }

    /// Adds what was left out elsewhere.
    pub fn add(&mut self, more: LeftOut) {
        self.hidden += more.hidden;
        self.beside.extend(more.beside);
        self.dangling.extend(more.dangling);
        self.no_text = (self.no_text.0 + more.no_text.0, self.no_text.1.take().or(more.no_text.1));
        for (end, count) in more.other {
            *self.other.entry(end).or_default() += count;
        }
    }

    /// What to say of it, in sentences without a final stop.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(first) = self.dangling.first() {
            notes.push(format!(
                "{} in place of folders of photographs, such as {}: the target is missing, so nothing of it is used; \
                 mount the disk that has it, or remove the link",
                counted(self.dangling.len(), "broken link", "broken links"),
                first.display()
            ));
        }
        if !self.other.is_empty() {
            notes.push(format!(
                "images of other formats are left out, as in torchvision: {}; convert them to JPEG or PNG to use them",
                listed(&self.other)
            ));
        }
        for (split, count) in &self.beside {
            notes.push(format!(
                "{count} photographs in {split} itself, outside of its class folders, are left out"
            ));
        }
        if self.hidden > 0 {
            notes.push(format!(
                "{} photographs whose names begin with a dot are left out, unlike in torchvision; rename them to use them",
                self.hidden
            ));
        }
        if let (count, Some(path)) = &self.no_text {
            notes.push(format!(
                "files and folders whose names are not UTF-8 are left out: {count}, such as {}; rename them to use them",
                path.display()
            ));
        }
        notes
    }
}

/// A note on photographs of formats that cannot be decoded, by the ends of their names.
pub(super) fn not_decoded<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        let name = name.to_ascii_lowercase();
        if !DECODED.iter().any(|end| name.ends_with(end)) {
            *counts.entry(name[name.rfind('.').unwrap_or(0)..].to_owned()).or_default() += 1;
        }
    }
    (!counts.is_empty()).then(|| {
        format!(
            "photographs of other formats are counted but cannot be read: {}; only JPEG and PNG are decoded, \
             whatever a file is called, so convert the others",
            listed(&counts)
        )
    })
}

/// How many files have each end: `3 .bmp, 1 .webp`.
fn listed<End: Display>(counts: &BTreeMap<End, usize>) -> String {
    let counts: Vec<String> = counts.iter().map(|(end, count)| format!("{count} {end}")).collect();
    counts.join(", ")
}
