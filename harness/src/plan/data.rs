//! The data set of a plan: the folder the user names, the usual folder, or a synthetic set.

use anyhow::{Context, anyhow, bail};
use records::words;
use sparsity::Settings;
use std::path::{Path, PathBuf};
use suites::{Identity, Suite, SyntheticSet};

/// A data set and where it is.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// Its folder.
    pub folder: PathBuf,
    /// Which set it is.
    pub identity: Identity,
}

impl DataSet {
    /// The set of `suite` in `folder`, of which `settings` say what is used, checked completely.
    pub fn read(suite: &Suite, folder: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let identity = suite.data.identify(folder, settings).map_err(|error| anyhow!(error))?;
        Ok(Self { folder: folder.into(), identity })
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
    /// which is enough to compute its fingerprint.
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
            return Ok(Self { folder, ..Self::read(suite, &place, settings)? });
        }
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).with_context(|| {
                format!("cannot create {}; choose another folder with --out", parent.display())
            })?;
        }
        generate(&folder)?;
        Self::read(suite, &folder, settings)
    }
}
