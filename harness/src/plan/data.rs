//! The data set of a plan: the folder the user names, the usual folder, or a synthetic set.

use anyhow::{Context, anyhow, bail};
use records::words;
use sparsity::Settings;
use std::path::{Path, PathBuf};
use suites::{Generated, Identity, Suite, SyntheticSet};

/// A data set and where it is.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// Its folder.
    pub folder: PathBuf,
    /// Which set it is.
    pub identity: Identity,
    /// Whether it is not there, and the published numbers are taken for it.
    pub assumed: bool,
}

/// What stands for the fingerprint of data that are not there.
const ASSUMED: &str = "assumed";

impl DataSet {
    /// The set of `suite` in `folder`, of which `settings` say what is used, checked completely.
    pub fn read(suite: &Suite, folder: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let identity = suite.data.identify(folder, settings).map_err(|error| anyhow!(error))?;
        Ok(Self { folder: folder.into(), identity, assumed: false })
    }

    /// The published set as if it were in its usual folder.
    pub fn assumed(suite: &Suite) -> Self {
        let note = "the data are not there: these are the published numbers of images, and keys follow from the data";
        let identity = Identity {
            dataset: suite.name.into(),
            fingerprint: ASSUMED.into(),
            classes: suite.classes,
            train: suite.train_images,
            test: suite.test_images,
            notes: vec![note.into()],
            unusable: Vec::new(),
        };
        Self { folder: suite.usual_folder(), identity, assumed: true }
    }

    /// Refuses a set of which something cannot be used.
    pub fn refuse_unusable(&self) -> anyhow::Result<()> {
        let Some((first, rest)) = self.identity.unusable.split_first() else { return Ok(()) };
        let more = match rest.len() {
            0 => String::new(),
            more => format!(", and {more} more, which `harness data verify` lists"),
        };
        bail!("{first}{more}; correct or remove what cannot be used, or run without --strict to leave it out")
    }

    /// Whether it is the publisher's.
    pub fn is_real(&self, suite: &Suite) -> bool {
        self.identity.dataset == suite.name
    }

    /// The synthetic set of a preset in the output directory. `pretend` generates it in a temporary folder,
    /// which is enough to compute its fingerprint. What is in its place and is not that set is noted.
    pub fn generated(
        suite: &Suite,
        out: &Path,
        set: &SyntheticSet,
        settings: &Settings,
        pretend: bool,
    ) -> anyhow::Result<Self> {
        let generate = |place: &Path| suite.data.generate(place, set).map_err(|error| anyhow!(error));
        let folder = out.join("data").join(words::synthetic(suite.name));
        if pretend {
            let temporary = tempfile::tempdir()
                .context("cannot create a temporary folder; set TMPDIR to one that is writable")?;
            let place = temporary.path().join("set");
            generate(&place)?;
            let mut wanted = Self::read(suite, &place, settings)?;
            let there = folder.exists().then(|| Self::read(suite, &folder, settings));
            let is_other = |there: &anyhow::Result<Self>| {
                there.as_ref().map_or(true, |there| there.identity.fingerprint != wanted.identity.fingerprint)
            };
            let note = there.filter(is_other).map(|_| {
                format!(
                    "{} holds another generated set, or is damaged: it will be generated again",
                    folder.display()
                )
            });
            wanted.identity.notes.extend(note);
            return Ok(Self { folder, ..wanted });
        }
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).with_context(|| {
                format!("cannot create {}; choose another folder with --out", parent.display())
            })?;
        }
        let was_there = folder.exists();
        let generated = generate(&folder)?;
        let mut data = Self::read(suite, &folder, settings)?;
        if was_there && generated == Generated::Written {
            let note = format!(
                "{} held another generated set, or was damaged: it was generated again",
                folder.display()
            );
            data.identity.notes.push(note);
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_a_generated_set_is_made_again_is_said() {
        let out = tempfile::tempdir().unwrap();
        let suite = suites::suite("cifar10").unwrap();
        let set = SyntheticSet { classes: 10, train: 20, test: 10, seed: 0 };
        let of = |pretend| {
            DataSet::generated(suite, out.path(), &set, &suite.default_settings(), pretend).unwrap()
        };
        assert_eq!([of(true).identity.notes, of(false).identity.notes], [[""; 0]; 2]);
        assert_eq!([of(true).identity.notes, of(false).identity.notes], [[""; 0]; 2]);
        let fingerprint = of(true).identity.fingerprint;
        let file = of(true).folder.join("data_batch_3.bin");
        for damaged in [vec![9; 3 * 3073], b"short".to_vec()] {
            std::fs::write(&file, damaged).unwrap();
            let planned = of(true).identity;
            assert!(planned.notes[0].contains("is damaged: it will be generated again"), "{planned:?}");
            let made = of(false).identity;
            assert!(made.notes[0].contains("was damaged: it was generated again"), "{made:?}");
            assert_eq!([planned.fingerprint, made.fingerprint], [fingerprint.clone(), fingerprint.clone()]);
        }
        assert_eq!(of(false).identity.notes, [""; 0]);
    }
}
