//! Where CIFAR-10 is published, and the checksums that identify it.

use super::folder::SUBFOLDER;

/// A published archive, and the files that it must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The address of the archive.
    pub url: String,
    /// The name of the archive in the data folder. One that is already there is used.
    pub archive: &'static str,
    /// The folder in the archive.
    pub folder: &'static str,
    /// The MD5 of the archive.
    pub archive_md5: String,
    /// Name and MD5 of each batch file in it.
    pub files: Vec<(String, String)>,
}

impl Publisher {
    /// The page of the data set's author. The archive's MD5 is the one given there.
    pub fn toronto() -> Publisher {
        let files = [
            ("data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25"),
            ("data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692"),
            ("data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421"),
            ("data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb"),
            ("data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d"),
            ("test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d"),
        ];
        Publisher {
            url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz".to_owned(),
            archive: "cifar-10-binary.tar.gz",
            folder: SUBFOLDER,
            archive_md5: "c32a1d4ab5d03f1284b67883e8d87530".to_owned(),
            files: files.map(|(name, md5)| (name.to_owned(), md5.to_owned())).into(),
        }
    }
}
