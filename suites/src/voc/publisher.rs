//! Where PASCAL VOC is published, and the checksums that identify its archives.

/// The published archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The address that those of the archives begin with.
    pub address: String,
    /// The archives.
    pub archives: Vec<PublishedArchive>,
    /// Numbers of images to train and to test on that they hold together.
    pub images: [usize; 2],
}

/// An archive with a part of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedArchive {
    /// The rest of its address; the name of its file comes last.
    pub path: String,
    /// Its MD5.
    pub md5: String,
}

impl PublishedArchive {
    /// The name of its file.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl Publisher {
    /// The page of the challenges' organisers. It gives no checksums: these are the ones that torchvision checks.
    pub fn oxford() -> Publisher {
        let archives = [
            ("voc2007/VOCtrainval_06-Nov-2007.tar", "c52e279531787c972589f7e41ab4ae64"),
            ("voc2007/VOCtest_06-Nov-2007.tar", "b6e924de25625d8de591ea690078ad9f"),
            ("voc2012/VOCtrainval_11-May-2012.tar", "6cd6e144f989b92b3379bac3b3de84fd"),
        ];
        Publisher {
            address: "http://host.robots.ox.ac.uk/pascal/VOC".to_owned(),
            archives: archives
                .map(|(path, md5)| PublishedArchive { path: path.into(), md5: md5.into() })
                .into(),
            images: [16_551, 4_952],
        }
    }
}
