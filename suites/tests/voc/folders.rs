//! What is found where: layouts, lists, classes, counts and the fingerprint.

use suites::detection::{Bounds, Object};
use suites::voc::CLASSES;

use crate::scene::{Scene, marked, names, object, open, png};

#[test]
fn the_same_set_is_found_from_three_folders() {
    let scene = Scene::small();
    let expected = scene.identify(&[]).unwrap();
    assert_eq!((expected.dataset.as_str(), expected.classes), ("annotated-folder-20", 20));
    assert_eq!((expected.train, expected.test), (2, 1));
    for folder in [scene.dir().join("VOCdevkit"), scene.path("VOC2007")] {
        let [train, test] = open(folder, &[]);
        assert_eq!((names(&train), names(&test)), (vec!["000001", "000002"], vec!["000003"]));
    }
}

#[test]
fn objects_have_the_number_of_their_class_and_their_box() {
    let scene = Scene::small();
    scene.annotate(
        "VOC2007",
        "000002",
        &[marked("tvmonitor", [1, 1, 60, 40], true), object("aeroplane", [5, 6, 7, 8])],
    );
    let [train, _] = scene.open(&[]);
    let expected = [
        Object {
            class: 19,
            bounds: Bounds { xmin: 1.0, ymin: 1.0, xmax: 60.0, ymax: 40.0 },
            difficult: true,
        },
        Object { class: 0, bounds: Bounds { xmin: 5.0, ymin: 6.0, xmax: 7.0, ymax: 8.0 }, difficult: false },
    ];
    assert_eq!(train.photographs[1].objects, expected);
    assert_eq!(train.photographs[1].size, (60, 40));
    assert_eq!(*train.classes, CLASSES.map(String::from));
}

#[test]
fn the_published_lists_are_taken_and_not_the_folder() {
    let scene = Scene::small();
    let dog = object("dog", [2, 3, 30, 25]);
    for name in ["2008_000002", "2007_000003", "2010_000001"] {
        scene.image("VOC2012", name, std::slice::from_ref(&dog));
    }
    // 2007_000003 is VOC2007's test image; it lies in the folder, and in no list.
    scene.list("VOC2012", "trainval", "2010_000001\r\n2008_000002\r\n");
    let [train, test] = scene.open(&[]);
    assert_eq!(
        names(&train),
        ["000001", "000002", "2010_000001", "2008_000002"],
        "in the order of the lists"
    );
    assert_eq!(names(&test), ["000003"]);
    assert!(scene.identify(&[]).unwrap().notes.iter().all(|note| !note.contains("VOC2012")));
    let alone = Scene::small().identify(&[]).unwrap();
    assert!(alone.notes.iter().any(|note| note.starts_with("VOC2012 is not used")), "{:?}", alone.notes);
}

#[test]
fn lists_of_ones_own_are_named_or_found() {
    let scene = Scene::new();
    for name in ["a", "b", "c"] {
        scene.image("Site", name, &[object("dog", [2, 3, 30, 25])]);
    }
    scene.list("Site", "train", "\u{feff}b\n\n");
    scene.list("Site", "val", "c\n");
    scene.list("Site", "extra", "a");
    let [train, test] = scene.open(&[]);
    assert_eq!((names(&train), names(&test)), (vec!["b"], vec!["c"]));
    for lists in ["train,extra", "Site/train,Site/extra"] {
        let [train, _] = scene.open(&[("train_list", lists), ("test_list", "val")]);
        assert_eq!(names(&train), ["b", "a"]);
    }
    let [_, test] = scene.open(&[("test_list", "extra")]);
    assert_eq!(names(&test), ["a"]);

    // A list of one class is not offered, one of one's own is.
    scene.list("Site", "cat_train", "b 1\n");
    scene.list("Site", "night_shift", "b\n");
    assert!(
        scene
            .refused(&[("test_list", "day")])
            .contains("those of its folder are extra, night_shift, train, val:")
    );

    scene.list("Other", "train", "x\n");
    assert!(scene.refused(&[]).contains("--set train_list=FOLDER/train"));
    assert!(scene.refused(&[("train_list", "train"), ("test_list", "val")]).contains("such as Other/train"));
    assert_eq!(scene.open(&[("train_list", "Site/train"), ("test_list", "val")])[0].len(), 1);
}

#[test]
fn classes_come_from_the_setting_or_a_file_in_the_given_order() {
    let scene = Scene::small();
    for name in ["000001", "000002", "000003"] {
        scene.annotate("VOC2007", name, &[object("helmet", [2, 3, 30, 25]), object("head", [3, 3, 9, 9])]);
    }
    let refusal = scene.refused(&[]);
    assert!(
        refusal.contains("VOC2007/trainval: no image has an object of the classes aeroplane"),
        "{refusal}"
    );
    assert!(
        refusal.contains("--set classes=head,helmet") || refusal.contains("--set classes=helmet,head"),
        "{refusal}"
    );
    let identity = scene.identify(&[("classes", "helmet,head,person")]).unwrap();
    assert_eq!((identity.classes, identity.dataset.as_str()), (3, "annotated-folder-3"));
    assert_eq!(identity.notes[0], "1 class has no object in the training images: person");
    let [train, _] = scene.open(&[("classes", "helmet,head")]);
    assert_eq!(train.photographs[0].objects.iter().map(|object| object.class).collect::<Vec<_>>(), [0, 1]);

    scene.write("classes.txt", "head\nhelmet\n");
    let [train, _] = scene.open(&[]);
    assert_eq!(*train.classes, ["head".to_owned(), "helmet".to_owned()]);
    assert_eq!(train.photographs[0].objects.iter().map(|object| object.class).collect::<Vec<_>>(), [1, 0]);
    let other = scene.identify(&[("classes", "helmet,head")]).unwrap().fingerprint;
    assert_ne!(scene.identify(&[]).unwrap().fingerprint, other, "the order of the classes is the network's");
}

#[test]
fn what_is_left_out_is_counted_and_said() {
    let scene = Scene::small();
    let odd = [
        object("dog", [9, 9, 9, 9]),
        object("cat", [61, 1, 90, 9]),
        object("cow", [-3, 5, 20, 90]),
        object("yak", [1, 1, 5, 5]),
    ];
    scene.annotate("VOC2007", "000001", &odd);
    scene.annotate("VOC2007", "000002", &[]);
    scene.annotate("VOC2007", "000003", &[object("dog", [1, 1, 5, 5]), marked("cow", [1, 1, 9, 9], true)]);
    let [train, _] = scene.open(&[]);
    let cow = Bounds { xmin: 1.0, ymin: 5.0, xmax: 20.0, ymax: 40.0 };
    assert_eq!(train.photographs[0].objects, [Object { class: 9, bounds: cow, difficult: false }]);
    assert!(train.photographs[1].objects.is_empty());
    let notes = scene.identify(&[]).unwrap().notes.join("\n");
    for part in [
        "1 object of other classes is left out of the training images: yak 1",
        "2 objects of the training images cannot be used and are left out: ",
        "000001.xml:2: object 1 (`dog`): its box is empty: xmax 9 is not greater than xmin 9; ",
        "000001.xml:3: object 2 (`cat`): its box lies outside the photograph, which has 60 x 40 pixels",
        "1 training image has no object",
        "19 classes have no object in the training images: aeroplane,",
        // A difficult cow is not evaluated.
        "19 classes have no object in the test images: aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow,",
    ] {
        assert!(notes.contains(part), "{part}\n{notes}");
    }
}

#[test]
fn extensions_are_read_without_regard_to_case_and_resource_forks_are_not_files() {
    let scene = Scene::small();
    let folder = scene.path("VOC2007/JPEGImages");
    std::fs::rename(folder.join("000001.jpg"), folder.join("000001.JPG")).unwrap();
    std::fs::remove_file(folder.join("000002.jpg")).unwrap();
    scene.write("VOC2007/JPEGImages/000002.PnG", png((33, 77)));
    let before = scene.identify(&[]).unwrap().fingerprint;
    scene.write("VOC2007/JPEGImages/._000001.JPG", "Mac OS X");
    scene.write("VOC2007/Annotations/._000001.xml", b"\x00\x05\x16\x07Mac OS X\xb0");
    scene.write("VOC2007/ImageSets/Main/._trainval.txt", b"\xb0");
    scene.write("._VOC2007", "Mac OS X");
    assert_eq!(scene.identify(&[]).unwrap().fingerprint, before);
    assert_eq!(scene.open(&[])[0].photographs[1].size, (33, 77));
    assert_eq!(scene.verify(&[]).fault, None);
}

#[test]
fn the_fingerprint_is_of_lists_files_and_annotations() {
    let print = |change: &dyn Fn(&Scene)| {
        let scene = Scene::small();
        change(&scene);
        scene.identify(&[]).unwrap().fingerprint
    };
    let same = print(&|_| {});
    assert_eq!(print(&|scene| scene.list("VOC2007", "trainval", "000001\r\n000002")), same);
    assert_eq!(print(&|scene| scene.image("VOC2007", "000009", &[])), same, "it is in no list");
    let changes: [&dyn Fn(&Scene); 5] = [
        &|scene| scene.list("VOC2007", "trainval", "000002\n000001\n"),
        &|scene| scene.list("VOC2007", "trainval", "000001\n"),
        &|scene| scene.annotate("VOC2007", "000002", &[object("dog", [2, 3, 30, 26])]),
        &|scene| scene.write("VOC2007/JPEGImages/000002.jpg", crate::scene::jpeg((90, 91))),
        &|scene| scene.write("classes.txt", "dog"),
    ];
    let mut prints: Vec<String> = changes.iter().map(|change| print(change)).collect();
    prints.push(same);
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), 6);
}

/// The table of classes is not that of PASCAL VOC, and may be longer.
#[test]
fn any_number_of_classes_is_described() {
    let scene = Scene::small();
    let names: Vec<String> = CLASSES.iter().map(ToString::to_string).chain(["unicorn".into()]).collect();
    scene.write("classes.txt", names.join("\n"));
    let details = suites::voc::SUITE.data.details(&scene.dir(), &crate::scene::settings(&[])).unwrap();
    assert!(details.contains("\nunicorn "), "{details}");
}
