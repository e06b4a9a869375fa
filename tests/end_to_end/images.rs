//! Photographs, as files and packed: read, counted where they cannot be, and refused where they are no data set.

use crate::{expect, harness, imagenet, photographs, records};

#[test]
fn photographs_are_trained_on_and_packed_ones_too() {
    let folder = photographs();
    let output = imagenet(folder.path(), &["--method", "rigl,small-dense"]).output().unwrap();
    let (out, _) = expect(&output, 0);
    assert!(out.contains("imagenet-generated") && out.contains("Small dense"), "{out}");
    let trained = records(folder.path());
    assert_eq!(trained.len(), 2);
    for record in &trained {
        assert_eq!((record.steps, record.skipped_files), (Some(12), Some(0)));
        assert!(record.peak_memory_mb.unwrap() > 10.0);
        assert!((record.sparsity.unwrap() - 0.9).abs() < 0.02, "{:?}", record.sparsity);
    }
    let small = trained.iter().find(|record| record.method == "small-dense").unwrap();
    assert_eq!(small.train_flops_ratio, small.inference_flops_ratio);
    assert!(small.inference_flops_ratio.unwrap() < 0.3);

    let packed = ["data", "pack", "imagenet", "--data", "data", "--into", "packed", "--side", "64"];
    let (out, _) = expect(&harness(folder.path(), &packed).output().unwrap(), 0);
    assert!(out.contains("48 training and 16 test images"), "{out}");
    let verify = ["data", "verify", "imagenet", "--data", "packed"];
    expect(&harness(folder.path(), &verify).output().unwrap(), 0);
    let output = imagenet(folder.path(), &["--method", "dense", "--data", "packed"]).output().unwrap();
    // An option that is given twice is refused; the pack is trained on under its own name.
    expect(&output, 2);
    std::fs::rename(folder.path().join("data"), folder.path().join("files")).unwrap();
    std::fs::rename(folder.path().join("packed"), folder.path().join("data")).unwrap();
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    assert!(records(folder.path()).iter().any(|record| record.dataset == "imagenet-generated-packed-64"));

    // One bit of a pack, whose index and so whose name and key stay as they are.
    let file = folder.path().join("data/val.pack");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let strict = imagenet(folder.path(), &["--method", "static", "--strict"]).output().unwrap();
    let (out, err) = expect(&strict, 2);
    assert!(err.contains("/#0: checksum mismatch") && err.contains("pack the set again"), "{err}");
    // Others are recorded; and what has just been said of a trial that never began is not said again.
    assert!(out.contains("None of the trials that were asked for is recorded"), "{out}");
    assert!(!err.contains("unfinished"), "{err}");
    let (out, _) = expect(&imagenet(folder.path(), &["--method", "static"]).output().unwrap(), 0);
    assert!(out.contains('¶'), "{out}");
    let trained = records(folder.path()).into_iter().find(|record| record.method == "static").unwrap();
    assert_eq!(trained.skipped_files, Some(1));
}

#[test]
fn an_unreadable_photograph_is_counted_or_ends_the_trial() {
    let folder = photographs();
    let class = folder.path().join("data/val").read_dir().unwrap().next().unwrap().unwrap().path();
    let file = class.read_dir().unwrap().next().unwrap().unwrap().path();
    let length = std::fs::metadata(&file).unwrap().len();
    std::fs::write(&file, vec![b'x'; length as usize]).unwrap();
    let strict = imagenet(folder.path(), &["--method", "dense", "--strict"]).output().unwrap();
    let (_, err) = expect(&strict, 2);
    assert!(err.contains(file.file_name().unwrap().to_str().unwrap()), "{err}");
    expect(&imagenet(folder.path(), &["--method", "dense"]).output().unwrap(), 0);
    assert_eq!(records(folder.path())[0].skipped_files, Some(1));
    let verify = harness(folder.path(), &["data", "verify", "imagenet", "--data", "data"]).output().unwrap();
    let (out, _) = expect(&verify, 1);
    assert!(out.contains("63 of 64"), "{out}");
}

#[test]
fn folders_that_are_no_data_set_are_refused_with_a_remedy() {
    let folder = photographs();
    let data = folder.path().join("data");
    let class = data.join("val").read_dir().unwrap().next().unwrap().unwrap().path();
    let refused = |words: &str| {
        let output = imagenet(folder.path(), &["--method", "dense"]).output().unwrap();
        let (_, err) = expect(&output, 2);
        assert!(err.contains(words), "{words}: {err}");
        assert!(!folder.path().join("runs/runs").exists());
    };
    let aside = folder.path().join("aside");
    std::fs::rename(&class, &aside).unwrap();
    refused(class.file_name().unwrap().to_str().unwrap());
    std::fs::create_dir(&class).unwrap();
    refused("contains no photograph");
    std::fs::remove_dir(&class).unwrap();
    std::fs::rename(data.join("val"), folder.path().join("gone")).unwrap();
    refused("val");
}
