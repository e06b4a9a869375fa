//! Fetching over a real connection. How bad servers are dealt with is tested with CIFAR-10, whose code it is.

use crate::server::{Answer, Server};
use std::fs;
use std::path::Path;
use std::time::Duration;
use suites::Fetched;
use suites::cifar10::{Publisher, fetch};
use suites::cifar100::{Cifar100, SUBFOLDER, generate, toronto};
use suites::fetch::{FetchError, Patience};

fn md5(content: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive like the publisher's, and its checksums.
fn archive(folder: &Path) -> (Vec<u8>, Publisher) {
    let source = folder.join("source");
    generate(&source, 200, 100, 0).unwrap();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), Default::default()));
    tar.append_dir(SUBFOLDER, &source).unwrap();
    for name in ["train.bin", "test.bin", "fine_label_names.txt"] {
        tar.append_path_with_name(source.join(name), Path::new(SUBFOLDER).join(name)).unwrap();
    }
    let archive = tar.into_inner().unwrap().finish().unwrap();
    let sum = |name: &str| (name.to_owned(), md5(&fs::read(source.join(name)).unwrap()));
    let files = vec![sum("train.bin"), sum("test.bin")];
    let publisher = Publisher { archive_md5: md5(&archive), files, ..toronto() };
    (archive, publisher)
}

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        silence: Duration::from_millis(500),
        attempts: 3,
        pause: Duration::from_millis(1),
    }
}

#[test]
fn the_set_is_fetched_through_a_cut_connection_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, mut publisher) = archive(folder.path());
    let data = folder.path().join("data");
    let served = vec![(publisher.archive.to_owned(), archive.clone())];
    let server = Server::start(served, &[Answer::Cut(1000), Answer::Whole]);
    publisher.url = format!("{}/{}", server.address(), publisher.archive);
    let get = || fetch(&data, &publisher, &patience(), &mut |_| {});
    let place = data.join("cifar-100-binary");
    assert_eq!(get().unwrap(), Fetched::Installed { folder: place.clone() });
    assert_eq!(server.ranges(), [None, Some(1000)]);
    let set = Cifar100::load(&data).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (200, 100));
    assert_eq!(fs::read(data.join("cifar-100-binary.tar.gz")).unwrap(), archive);
    assert_eq!(get().unwrap(), Fetched::AlreadyThere { folder: place });
    assert_eq!(server.ranges().len(), 2);
}

/// An archive of CIFAR-10 has another folder in it.
#[test]
fn another_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, mut publisher) = archive(folder.path());
    publisher.folder = "cifar-10-batches-bin";
    let server = Server::start(vec![(publisher.archive.to_owned(), archive)], &[Answer::Whole]);
    publisher.url = format!("{}/{}", server.address(), publisher.archive);
    let error = fetch(&folder.path().join("data"), &publisher, &patience(), &mut |_| {}).unwrap_err();
    assert!(matches!(&error, FetchError::Archive { .. }), "{error}");
    assert!(error.to_string().contains("cifar-100-binary"), "{error}");
}

/// The checksum that the publisher's page gives, and the names that the archive has.
#[test]
fn the_publisher_is_the_published_one() {
    let publisher = toronto();
    assert_eq!(publisher.archive_md5, "03b5dce01913d631647c71ecec9e9cb8");
    assert!(publisher.url.ends_with(publisher.archive));
    assert!(publisher.files.iter().all(|(name, md5)| name.ends_with(".bin") && md5.len() == 32));
}
