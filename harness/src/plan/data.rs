//! The data set of a plan: the folder the user names, the usual folder, or drawings.

use anyhow::Context;
use std::path::{Path, PathBuf};
use suites::cifar10::{Identity, fingerprint, generate};
use suites::preset::Generated;

/// Where the real data are looked for when no folder is named.
pub const DEFAULT_FOLDER: &str = "data/cifar10";

/// A data set and where it is.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// Its folder.
    pub folder: PathBuf,
    /// Which set it is.
    pub identity: Identity,
}

impl DataSet {
    /// The set in `folder`, all its files checked.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let identity = fingerprint(folder)?;
        Ok(Self { folder: folder.into(), identity })
    }

    /// Whether it is the publisher's.
    pub fn is_real(&self) -> bool {
        self.identity.dataset == "cifar10"
    }

    /// The drawings of a preset in the out directory. `pretend` draws them in a folder that is deleted
    /// again, which tells their fingerprint all the same.
    pub fn generated(out: &Path, set: Generated, pretend: bool) -> anyhow::Result<Self> {
        let folder = out.join("data").join("cifar10-generated");
        if pretend {
            let temporary = tempfile::tempdir()
                .context("cannot make a temporary folder; set TMPDIR to one that is writable")?;
            let place = temporary.path().join("set");
            generate(&place, set.train, set.test, set.seed)?;
            return Ok(Self { folder, identity: fingerprint(&place)? });
        }
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).with_context(|| {
                format!("cannot make {}; choose another folder with --out", parent.display())
            })?;
        }
        generate(&folder, set.train, set.test, set.seed)?;
        Self::read(&folder)
    }
}
