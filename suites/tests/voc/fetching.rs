//! Fetching three archives over a real connection, from a server on this machine that behaves as badly as real ones.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use md5::Digest;
use suites::Fetched;
use suites::fetch::{FetchError, Patience};
use suites::voc::{PublishedArchive, Publisher, fetch};
use tempfile::TempDir;

use crate::scene::{Scene, names, object, open};
use crate::server::{Answer, Server};

/// Three small archives like the publisher's, and a folder to fetch into.
struct Site {
    _temp: TempDir,
    dir: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    publisher: Publisher,
}

const NAMES: [&str; 3] =
    ["VOCtrainval_06-Nov-2007.tar", "VOCtest_06-Nov-2007.tar", "VOCtrainval_11-May-2012.tar"];

impl Site {
    fn new() -> Site {
        let parts = [
            ("VOC2007", "trainval", "000001"),
            ("VOC2007", "test", "000002"),
            ("VOC2012", "trainval", "2008_000001"),
        ];
        let files: Vec<(String, Vec<u8>)> =
            NAMES.into_iter().zip(parts).map(|(name, part)| (name.into(), archive(part))).collect();
        let archives = files.iter().map(|(name, content)| PublishedArchive {
            path: format!("some/where/{name}"),
            md5: md5(content),
        });
        let publisher = Publisher { address: String::new(), archives: archives.collect(), images: [2, 1] };
        let temp = tempfile::tempdir().unwrap();
        Site { dir: temp.path().join("data"), _temp: temp, files, publisher }
    }

    fn fetch(&mut self, answers: &[Answer]) -> (Result<Fetched, FetchError>, Server) {
        let server = Server::start(self.files.clone(), answers);
        self.publisher.address = server.address();
        let patience = Patience {
            connect: Duration::from_secs(5),
            silence: Duration::from_millis(500),
            attempts: 3,
            pause: Duration::from_millis(1),
        };
        (fetch(&self.dir, &self.publisher, &patience, &mut |_| {}), server)
    }

    fn installed(&self) -> Fetched {
        Fetched::Installed { folder: self.dir.join("VOCdevkit") }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn assert_complete(&self) {
        let [train, test] = open(self.dir.clone(), &[]);
        assert_eq!((names(&train), names(&test)), (vec!["000001", "2008_000001"], vec!["000002"]));
        let mut expected = [&["VOCdevkit"], &NAMES[..]].concat();
        expected.sort();
        assert_eq!(self.names(), expected, "nothing else is left");
    }
}

/// An archive with one list of one image.
fn archive((folder, list, name): (&str, &str, &str)) -> Vec<u8> {
    let scene = Scene::new();
    scene.image(folder, name, &[object("dog", [2, 3, 30, 25])]);
    scene.list(folder, list, &format!("{name}\n"));
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all("VOCdevkit", scene.dir().join("VOCdevkit")).unwrap();
    tar.into_inner().unwrap()
}

fn md5(content: &[u8]) -> String {
    md5::Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn three_archives_make_one_devkit_and_are_fetched_once() {
    let mut site = Site::new();
    let (result, server) = site.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), site.installed());
    site.assert_complete();
    assert_eq!(server.ranges(), [None; 3]);
    let (again, server) = site.fetch(&[Answer::Status(500)]);
    assert_eq!(again.unwrap(), Fetched::AlreadyThere { folder: site.dir.join("VOCdevkit") });
    assert!(server.ranges().is_empty());
}

/// What describes another set goes away with it, and a file beside the set that changes what is read is named.
#[test]
fn classes_of_another_set_do_not_survive() {
    let mut site = Site::new();
    let set = suites::SyntheticSet { classes: 2, train: 4, test: 2, seed: 0 };
    suites::voc::SUITE.data.generate(&site.dir, &set).unwrap();
    let (result, _) = site.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), site.installed());
    let [train, _] = open(site.dir.clone(), &[]);
    assert_eq!(names(&train), ["000001", "2008_000001"]);

    let mut site = Site::new();
    fs::create_dir_all(&site.dir).unwrap();
    fs::write(site.dir.join("classes.txt"), "head\nhelmet\n").unwrap();
    let (result, _) = site.fetch(&[Answer::Whole]);
    let message = result.unwrap_err().to_string();
    assert!(message.contains("unpacked") && message.contains("classes.txt"), "{message}");
}

#[test]
fn an_interrupted_download_goes_on_with_what_is_missing() {
    let mut site = Site::new();
    let (result, _) = site.fetch(&[Answer::Whole, Answer::Cut(700), Answer::Cut(0)]);
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::Cut { have: 700, .. }), "{error}");
    assert_eq!(site.names(), ["VOCtest_06-Nov-2007.tar.part", "VOCtrainval_06-Nov-2007.tar"]);
    let (result, server) = site.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), site.installed());
    assert_eq!(server.ranges(), [Some(700), None], "the rest of one, and the third");
    site.assert_complete();
}

#[test]
fn a_server_that_falls_silent_or_knows_no_ranges_is_coped_with() {
    let mut site = Site::new();
    let (result, server) = site.fetch(&[Answer::Stall(600), Answer::IgnoreRange, Answer::Whole]);
    assert_eq!(result.unwrap(), site.installed());
    assert_eq!(server.ranges(), [None, Some(600), None, None]);
    site.assert_complete();
}

#[test]
fn a_wrong_checksum_installs_nothing() {
    let mut site = Site::new();
    let (result, _) = site.fetch(&[Answer::Whole, Answer::WrongBytes]);
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::Checksum { .. }), "{error}");
    assert_eq!(site.names(), ["VOCtrainval_06-Nov-2007.tar"]);
}

#[test]
fn archives_that_hold_something_else_install_nothing() {
    let mut site = Site::new();
    site.publisher.images = [16_551, 4_952];
    let error = site.fetch(&[Answer::Whole]).0.unwrap_err();
    assert!(matches!(error, FetchError::Content { .. }), "{error}");
    assert!(
        error.to_string().contains("it has 2 training and 1 test images instead of 16551 and 4952"),
        "{error}"
    );
    assert!(!site.dir.join("VOCdevkit").exists());

    let mut site = Site::new();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..20].copy_from_slice(b"VOCdevkit/../escaped");
    header.set_size(4);
    header.set_mode(0o644);
    header.set_cksum();
    tar.append(&header, &b"evil"[..]).unwrap();
    site.files[2].1 = tar.into_inner().unwrap();
    site.publisher.archives[2].md5 = md5(&site.files[2].1);
    let error = site.fetch(&[Answer::Whole]).0.unwrap_err();
    assert!(matches!(error, FetchError::Archive { .. }) && error.to_string().contains("escaped"), "{error}");
    assert!(!site.dir.join("VOCdevkit").exists() && !site.dir.join("escaped").exists());
}

#[test]
fn a_damaged_devkit_is_set_aside_and_unpacked_again_without_the_network() {
    let mut site = Site::new();
    site.fetch(&[Answer::Whole]).0.unwrap();
    fs::write(site.dir.join("VOCdevkit/VOC2007/JPEGImages/000002.jpg"), "").unwrap();
    let (result, server) = site.fetch(&[Answer::Status(404)]);
    assert_eq!(result.unwrap(), site.installed());
    assert!(server.ranges().is_empty());
    assert!(site.names().contains(&"VOCdevkit.damaged-1".to_owned()));
    assert_eq!(open(site.dir.clone(), &[])[1].len(), 1);
}
