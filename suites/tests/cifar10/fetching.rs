//! Fetching over a real connection, from a server on this machine that behaves as badly as real ones.

use std::fs;
use std::time::Duration;

use suites::Fetched;
use suites::cifar10::{Cifar10, SUBFOLDER, fetch};
use suites::fetch::{FetchError, FetchProgress, Patience};

use crate::archive::{ARCHIVE, Scene, md5};
use crate::server::{Answer, Server};

#[test]
fn a_good_server_is_asked_once() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    scene.assert_complete();
    let folder = scene.dir.join(SUBFOLDER);
    assert_eq!(scene.fetch_again().unwrap(), Fetched::AlreadyThere { folder });
    assert_eq!(server.ranges(), [None]);
}

#[test]
fn a_cut_connection_is_resumed_where_it_stopped() {
    let mut scene = Scene::new();
    let third = scene.archive.len() / 3;
    let cuts = [Answer::Cut(third), Answer::Cut(10), Answer::Cut(third), Answer::Cut(1), Answer::Whole];
    let (result, server) = scene.fetch(&cuts);
    assert_eq!(result.unwrap(), scene.installed());
    scene.assert_complete();
    let from = [third, third + 10, 2 * third + 10, 2 * third + 11].map(|at| Some(at as u64));
    assert_eq!(server.ranges(), [&[None], &from[..]].concat());
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Stall(1000), Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    scene.assert_complete();
    assert_eq!(server.ranges(), [None, Some(1000)]);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Cut(1000), Answer::IgnoreRange]);
    assert_eq!(result.unwrap(), scene.installed());
    scene.assert_complete();
    assert_eq!(server.ranges(), [None, Some(1000)]);
}

#[test]
fn a_busy_server_is_asked_again() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Status(503), Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    assert_eq!(server.ranges().len(), 2);
}

#[test]
fn wrong_bytes_are_not_installed_and_not_kept() {
    let mut scene = Scene::new();
    let (result, _server) = scene.fetch(&[Answer::WrongBytes]);
    let error = result.unwrap_err();
    assert!(matches!(&error, FetchError::Checksum { .. }), "{error}");
    assert!(error.to_string().contains(&scene.publisher.archive_md5), "{error}");
    assert!(scene.names().is_empty());
    let (result, server) = scene.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    assert_eq!(server.ranges(), [None]);
    scene.assert_complete();
}

#[test]
fn a_missing_page_is_said_at_once() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Status(404)]);
    let error = result.unwrap_err();
    assert!(matches!(&error, FetchError::Status { status, .. } if status == "404 Not Found"), "{error}");
    assert_eq!(server.ranges().len(), 1);
}

#[test]
fn a_server_that_never_gets_further_is_given_up_and_its_bytes_are_kept() {
    let mut scene = Scene::new();
    let (result, server) = scene.fetch(&[Answer::Cut(2000), Answer::Cut(0)]);
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::Cut { have: 2000, .. }), "{error}");
    assert_eq!(server.ranges().len(), 3, "as often as patience allows, counted from the last byte");
    assert_eq!(fs::read(scene.part()).unwrap(), scene.archive[..2000]);
    let (result, server) = scene.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    assert_eq!(server.ranges(), [Some(2000)]);
    scene.assert_complete();
}

#[test]
fn a_complete_partial_file_needs_no_byte_and_one_that_is_too_long_is_dropped() {
    for extra in [0, 5] {
        let mut scene = Scene::new();
        fs::create_dir(&scene.dir).unwrap();
        fs::write(scene.part(), [scene.archive.clone(), vec![0; extra]].concat()).unwrap();
        let (result, server) = scene.fetch(&[Answer::Whole]);
        assert_eq!(result.unwrap(), scene.installed());
        assert_eq!(server.ranges().len(), if extra == 0 { 1 } else { 2 });
        scene.assert_complete();
    }
}

#[test]
fn an_archive_from_elsewhere_needs_no_network_and_a_damaged_one_is_set_aside() {
    let mut scene = Scene::new();
    scene.publisher.url = "http://127.0.0.1:1/nobody-listens".to_owned();
    let error = scene.fetch_again().unwrap_err();
    assert!(matches!(error, FetchError::NoNetwork { .. }), "{error}");
    assert!(scene.names().is_empty());
    let archive = scene.dir.join("cifar-10-binary.tar.gz");
    fs::write(&archive, &scene.archive).unwrap();
    assert_eq!(scene.fetch_again().unwrap(), scene.installed());
    scene.assert_complete();

    fs::remove_file(scene.dir.join(SUBFOLDER).join("data_batch_3.bin")).unwrap();
    fs::write(&archive, "damaged").unwrap();
    let (result, _server) = scene.fetch(&[Answer::Whole]);
    assert_eq!(result.unwrap(), scene.installed());
    let aside = [format!("{SUBFOLDER}.damaged-1"), "cifar-10-binary.tar.gz.damaged-1".to_owned()];
    assert!(aside.iter().all(|name| scene.names().contains(name)), "{:?}", scene.names());
    assert_eq!(Cifar10::load(&scene.dir).unwrap().train.len(), 50);
}

#[test]
fn an_archive_with_other_content_is_refused() {
    let mut scene = Scene::new();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), Default::default()));
    let mut header = tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..10].copy_from_slice(b"../escaped");
    header.set_size(4);
    header.set_mode(0o644);
    header.set_cksum();
    tar.append(&header, &b"evil"[..]).unwrap();
    scene.archive = tar.into_inner().unwrap().finish().unwrap();
    scene.publisher.archive_md5 = md5(&scene.archive);
    let (result, _server) = scene.fetch(&[Answer::Whole]);
    let error = result.unwrap_err();
    assert!(matches!(&error, FetchError::Archive { .. }), "{error}");
    assert!(error.to_string().contains("../escaped"), "{error}");
    assert_eq!(scene.names(), ["cifar-10-binary.tar.gz"]);
    assert!(!scene.dir.join("../escaped").exists());
}

#[test]
fn two_at_once_do_not_write_the_same_file() {
    let scene = Scene::new();
    fs::create_dir(&scene.dir).unwrap();
    let folder = fs::File::open(&scene.dir).unwrap();
    folder.lock().unwrap();
    assert!(matches!(scene.fetch_again(), Err(FetchError::Busy { .. })));
}

#[test]
fn progress_counts_up_to_the_whole() {
    let mut scene = Scene::new();
    let archive = (ARCHIVE.to_owned(), scene.archive.clone());
    let server = Server::start(vec![archive], &[Answer::Cut(100), Answer::Whole]);
    scene.publisher.url = format!("{}/{ARCHIVE}", server.address());
    let patience = Patience { pause: Duration::from_millis(1), ..Patience::default() };
    let (mut last, mut retries, mut unpacked) = (0, 0, false);
    fetch(&scene.dir, &scene.publisher, &patience, &mut |progress| match progress {
        FetchProgress::Downloading { have, total } => {
            assert!(have >= last && total == Some(scene.archive.len() as u64));
            last = have;
        }
        FetchProgress::Retrying { have, .. } => {
            assert_eq!(have, 100);
            retries += 1;
        }
        FetchProgress::Unpacking => unpacked = true,
        FetchProgress::SetAside { path } => panic!("{}", path.display()),
    })
    .unwrap();
    assert_eq!((last, retries, unpacked), (scene.archive.len() as u64, 1, true));
}
