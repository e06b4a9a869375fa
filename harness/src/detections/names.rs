//! The photographs and classes that detections may name, with the numbers that they have.

use anyhow::ensure;
use records::detection::{Detection, EvaluatedSet, NamedDetection};
use std::collections::HashMap;
use suites::counted;
use suites::detection::AnnotatedPhotographs;

/// The photographs and classes of a set.
pub struct Names {
    images: HashMap<String, u32>,
    /// The classes in their order.
    pub classes: Vec<String>,
}

impl Names {
    /// The names of a set; an error if one is there twice.
    pub fn of(set: &AnnotatedPhotographs) -> anyhow::Result<Names> {
        let mut images = HashMap::new();
        for (photograph, number) in set.photographs.iter().zip(0..) {
            let other = images.insert(photograph.name.clone(), number);
            ensure!(
                other.is_none(),
                "two photographs are called `{}`, so that detections cannot be told apart; choose another list",
                photograph.name
            );
        }
        Ok(Names { images, classes: set.classes.to_vec() })
    }

    /// How many there are.
    pub fn set(&self) -> EvaluatedSet {
        EvaluatedSet { images: self.images.len() as u32, classes: self.classes.len() as u32 }
    }

    /// The number of a class, or what is wrong with it.
    pub fn class(&self, name: &str) -> Result<u32, String> {
        let number = (0..).zip(&self.classes).find(|(_, class)| *class == name);
        number.map(|(number, _)| number).ok_or_else(|| {
            format!("`{name}` is none of the classes of the set, which are {}", self.classes.join(", "))
        })
    }

    /// A detection by its numbers, or what is wrong with it.
    pub fn detection(&self, found: &NamedDetection) -> Result<Detection, String> {
        let class = self.class(&found.class)?;
        self.detection_of(class, &found.image, found.score, found.bounds)
    }

    /// The same of a class that is known.
    pub fn detection_of(
        &self,
        class: u32,
        image: &str,
        score: f64,
        bounds: [f64; 4],
    ) -> Result<Detection, String> {
        let Some(&image) = self.images.get(image) else {
            return Err(format!(
                "`{image}` is none of the {} of the set; write the file's name without its extension",
                counted(self.images.len(), "photograph", "photographs")
            ));
        };
        if let Some(number) = [score].iter().chain(&bounds).find(|number| !number.is_finite()) {
            return Err(format!("{number} is not a finite number"));
        }
        let [left, top, right, bottom] = bounds;
        // By whole pixels, the last one included: a box within one pixel has an area.
        if left >= right + 1.0 || top >= bottom + 1.0 {
            return Err(format!(
                "the box {left} {top} {right} {bottom} has no area; write xmin, ymin, xmax, ymax"
            ));
        }
        Ok(Detection { image, class, score, bounds })
    }
}
