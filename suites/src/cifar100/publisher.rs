//! Where CIFAR-100 is published, and the checksums that identify it.

use crate::cifar10::Publisher;

/// The folder in the publisher's archive.
pub const SUBFOLDER: &str = "cifar-100-binary";
/// The training images.
pub const TRAIN_FILE: &str = "train.bin";
/// The test images.
pub const TEST_FILE: &str = "test.bin";

/// The names of the classes, one a line.
pub const NAMES_FILE: &str = "fine_label_names.txt";

/// The page of the data set's author (<https://www.cs.toronto.edu/~kriz/cifar.html>), which gives the archive's MD5.
/// Those of the files in it are as rai-project/dldataset checks them after unpacking it (vision/cifar100.go).
pub fn toronto() -> Publisher {
    let files =
        [(TRAIN_FILE, "6172c7755cfe09b2fe270c85cebc1b15"), (TEST_FILE, "4499cfba6c016c1be1438163640a0898")];
    Publisher {
        url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz".to_owned(),
        archive: "cifar-100-binary.tar.gz",
        folder: SUBFOLDER,
        archive_md5: "03b5dce01913d631647c71ecec9e9cb8".to_owned(),
        files: files.map(|(name, md5)| (name.to_owned(), md5.to_owned())).into(),
    }
}
