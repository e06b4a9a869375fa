//! A devkit to test on, built file by file.

use std::fs;
use std::path::PathBuf;

use sparsity::{Origin, Override, Settings};
use suites::detection::AnnotatedPhotographs;
use suites::voc::SUITE;
use suites::{Data, Identity, Verification};
use tempfile::TempDir;

/// Width and height of the photographs.
pub const SIZE: (u32, u32) = (60, 40);

/// A temporary folder with a devkit.
pub struct Scene {
    temp: TempDir,
}

impl Scene {
    /// An empty one.
    pub fn new() -> Scene {
        Scene { temp: tempfile::tempdir().unwrap() }
    }

    /// VOC2007 with the lists trainval (000001, 000002) and test (000003), a dog in each image.
    pub fn small() -> Scene {
        let scene = Scene::new();
        for name in ["000001", "000002", "000003"] {
            scene.image("VOC2007", name, &[object("dog", [2, 3, 30, 25])]);
        }
        scene.list("VOC2007", "trainval", "000001\n000002\n");
        scene.list("VOC2007", "test", "000003\n");
        scene
    }

    pub fn dir(&self) -> PathBuf {
        self.temp.path().to_path_buf()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join("VOCdevkit").join(name)
    }

    /// Writes a file of the devkit.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn list(&self, folder: &str, list: &str, names: &str) {
        self.write(&format!("{folder}/ImageSets/Main/{list}.txt"), names);
    }

    /// Writes a photograph and its annotation.
    pub fn image(&self, folder: &str, name: &str, objects: &[String]) {
        self.write(&format!("{folder}/JPEGImages/{name}.jpg"), jpeg(SIZE));
        self.annotate(folder, name, objects);
    }

    pub fn annotate(&self, folder: &str, name: &str, objects: &[String]) {
        let text = format!("<annotation>\n{}</annotation>\n", objects.concat());
        self.write(&format!("{folder}/Annotations/{name}.xml"), text);
    }

    pub fn identify(&self, set: &[(&str, &str)]) -> Result<Identity, String> {
        SUITE.data.identify(&self.dir(), &settings(set)).map_err(|error| error.to_string())
    }

    /// What is wrong with the set, which is not accepted.
    pub fn refused(&self, set: &[(&str, &str)]) -> String {
        self.identify(set).expect_err("the set is refused")
    }

    /// The photographs to train and to test on.
    pub fn open(&self, set: &[(&str, &str)]) -> [AnnotatedPhotographs; 2] {
        open(self.dir(), set)
    }

    pub fn verify(&self, set: &[(&str, &str)]) -> Verification {
        SUITE.data.verify(&self.dir(), &settings(set), &mut |_| {}).unwrap()
    }
}

/// The photographs of the set in `dir` to train and to test on.
pub fn open(dir: PathBuf, set: &[(&str, &str)]) -> [AnnotatedPhotographs; 2] {
    match SUITE.data.open(&dir, &settings(set)).unwrap().data {
        Data::Annotated(splits) => [splits.train, splits.test],
        _ => panic!("objects are marked"),
    }
}

pub fn names(photographs: &AnnotatedPhotographs) -> Vec<&str> {
    photographs.photographs.iter().map(|photograph| photograph.name.as_str()).collect()
}

/// The suite's settings with these changes.
pub fn settings(set: &[(&str, &str)]) -> Settings {
    let change = |(key, text): &(&str, &str)| Override {
        key: (*key).into(),
        text: (*text).into(),
        origin: Origin::User,
    };
    Settings::resolve((SUITE.settings)(), &set.iter().map(change).collect::<Vec<_>>()).unwrap()
}

/// An object in an annotation, on one line.
pub fn object(class: &str, [xmin, ymin, xmax, ymax]: [i32; 4]) -> String {
    marked(class, [xmin, ymin, xmax, ymax], false)
}

pub fn marked(class: &str, [xmin, ymin, xmax, ymax]: [i32; 4], difficult: bool) -> String {
    format!(
        "<object><name>{class}</name><difficult>{}</difficult><bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin>\
         <xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>\n",
        u8::from(difficult)
    )
}

/// A grey photograph.
pub fn jpeg((width, height): (u32, u32)) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = vec![100; (width * height) as usize];
    let encoder = jpeg_encoder::Encoder::new(&mut file, 80);
    encoder.encode(&pixels, width as u16, height as u16, jpeg_encoder::ColorType::Luma).unwrap();
    file
}

/// A black photograph.
pub fn png((width, height): (u32, u32)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels = vec![0; (width * height) as usize];
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}
