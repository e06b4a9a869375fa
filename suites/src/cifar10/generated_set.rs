//! What the generated sets in formats like CIFAR-10's have in common: a marker and checksums beside the files, labels in
//! random order, and what is said of one that was changed.

use std::fs;
use std::path::Path;

use super::FileReport;
use super::folder::{CHECKSUMS_FILE, MARKER_FILE, is_generated};
use crate::fetch::md5_hex;
use crate::staged_folder::{StagedFolder, tidy_beside};
use crate::synthetic::RandomStream;
use crate::{DataFileError, GenerateError, Generated, Verification, regular_file};

/// Images are drawn in memory, 3 KB each.
const MOST_IMAGES: usize = 1_000_000;

/// Writes one of the files of a set, by its name and content.
pub(crate) type WriteFile<'a> = dyn FnMut(&str, &[u8]) -> Result<(), DataFileError> + 'a;

/// How the generated set of a suite is called and checked.
pub(crate) struct GeneratedSet {
    /// The suite's name.
    pub suite: &'static str,
    /// The name of the published set.
    pub published: &'static str,
    /// The folder in the publisher's archive. Images in it would be read instead.
    pub subfolder: &'static str,
    /// The names of its files, without the marker and the checksums.
    pub files: &'static [&'static str],
    /// Checks the files in a folder.
    pub verify: fn(&Path) -> Vec<FileReport>,
}

impl GeneratedSet {
    /// Writes a set of `train` and `test` images into the folder `dir`, which appears whole or not at all; `fill` writes
    /// its files. Another generated set in its place is replaced; anything else is left alone.
    pub fn write(
        &self,
        dir: &Path,
        [train, test]: [usize; 2],
        seed: u64,
        fill: impl FnOnce(&mut WriteFile<'_>) -> Result<(), DataFileError>,
    ) -> Result<Generated, GenerateError> {
        if train == 0 || test == 0 || train.saturating_add(test) > MOST_IMAGES {
            return Err(GenerateError::Counts {
                asked: format!("{train} training and {test} test images"),
                allowed: format!("at least 1 of each and at most {MOST_IMAGES} together"),
            });
        }
        // A link to a folder remains a link.
        let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
        let marker = self.marker(train, test, seed);
        let is_there = || {
            fs::read_to_string(dir.join(MARKER_FILE)).is_ok_and(|text| text == marker)
                && !dir.join(self.subfolder).exists()
                && (self.verify)(&dir).iter().all(FileReport::is_ok)
        };
        if is_there() {
            tidy_beside(&dir);
            return Ok(Generated::AlreadyThere);
        }
        self.refuse_other_content(&dir)?;
        let stage = StagedFolder::beside(&dir)?;
        let mut sums = String::new();
        fill(&mut |name: &str, content: &[u8]| {
            sums.push_str(&format!("{}  {name}\n", md5_hex(content)));
            stage.write(name, content)
        })?;
        stage.write(CHECKSUMS_FILE, sums.as_bytes())?;
        stage.write(MARKER_FILE, marker.as_bytes())?;
        match stage.into_place(&dir) {
            Ok(()) => Ok(Generated::Written),
            // Another process generated the same set meanwhile.
            Err(_) if is_there() => Ok(Generated::AlreadyThere),
            Err(error) => Err(error.into()),
        }
    }

    fn marker(&self, train: usize, test: usize, seed: u64) -> String {
        let GeneratedSet { suite, published, .. } = self;
        format!(
            "This is NOT {published}. It is a set of drawn shapes and textures in the format of {published}'s\n\
             binary version, for trying out the program. Results on it say nothing about {published}.\n\
             \n\
             Written by: harness data generate {suite}\n\
             Drawing: version 1\n\
             Seed: {seed}\n\
             Training images: {train}\n\
             Test images: {test}\n\
             Check with: harness data verify {suite}, or md5sum -c {CHECKSUMS_FILE}\n"
        )
    }

    /// An existing folder may only hold what is written here, and then with the marker.
    fn refuse_other_content(&self, dir: &Path) -> Result<(), GenerateError> {
        if regular_file::look(dir)?.is_none() {
            return Ok(());
        }
        let failed = || DataFileError::when("read the folder", dir);
        let marked = is_generated(dir)?;
        for entry in fs::read_dir(dir).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name().to_string_lossy().into_owned();
            let ours = [MARKER_FILE, CHECKSUMS_FILE].contains(&&*name) || self.files.contains(&&*name);
            if !marked || !ours {
                return Err(GenerateError::Occupied { dir: dir.to_path_buf(), found: name });
            }
        }
        Ok(())
    }

    /// What a person should know of the generated set in `dir` if a file of it is not as it was written.
    pub fn changed(&self, dir: &Path) -> Option<String> {
        let report = (self.verify)(dir).into_iter().find(|report| !report.is_ok())?;
        Some(format!(
            "this generated set does not fit its own checksums, or they cannot be read: {report}; if it is damaged, {}",
            self.again(dir)
        ))
    }

    /// What was found in the set in `dir`, generated or not, with the remedy.
    pub fn verification(&self, dir: &Path, generated: bool) -> Verification {
        let reports = (self.verify)(dir);
        let (wrong, count) = (reports.iter().filter(|report| !report.is_ok()).count(), reports.len());
        let remedy = match generated {
            true => self.again(dir),
            false => format!(
                "`harness data fetch {} --data {}` downloads the published set",
                self.suite,
                records::text::quoted(dir)
            ),
        };
        let fault = format!("{wrong} of {count} files are missing, damaged or unexpected; {remedy}");
        Verification {
            report: reports.iter().map(|report| format!("{report}\n")).collect(),
            fault: (wrong > 0).then_some(fault),
        }
    }

    /// How a generated set comes to be whole again.
    fn again(&self, dir: &Path) -> String {
        format!(
            "`harness data generate {} --data {}` writes it again, with --train, --test and --seed as {MARKER_FILE} in \
             it says",
            self.suite,
            records::text::quoted(dir)
        )
    }
}

/// Classes in random order, as equally frequent as the count allows.
pub(crate) fn labels(classes: usize, count: usize, seed: u64, stream: u64) -> Vec<u8> {
    let mut random = RandomStream::new(seed, stream);
    let mut labels: Vec<u8> = (0..count).map(|i| (i % classes) as u8).collect();
    for i in (1..count).rev() {
        labels.swap(i, random.below(i + 1));
    }
    labels
}
