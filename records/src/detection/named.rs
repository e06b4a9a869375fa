//! A detection as other programs read and write it: a JSON file is an array of these objects.

use serde::{Deserialize, Serialize};

/// A detection with the names of its photograph and its class:
/// `{"image": "000001", "class": "dog", "score": 0.91, "box": [48, 240, 195, 371]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedDetection {
    /// The photograph: its file's name without folder and extension.
    pub image: String,
    /// The class.
    pub class: String,
    /// How sure the detector is; only the order matters.
    pub score: f64,
    /// Left, top, right and bottom in pixels as PASCAL VOC counts them: from 1, the last ones included.
    #[serde(rename = "box")]
    pub bounds: [f64; 4],
}
