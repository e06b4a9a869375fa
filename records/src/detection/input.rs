//! What average precision is computed from, and what cannot be judged.

/// An object that a detector should find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// The photograph, from 0.
    pub image: u32,
    /// Its class, from 0.
    pub class: u32,
    /// Left, top, right and bottom in pixels as PASCAL VOC counts them: from 1, the last ones included.
    pub bounds: [f64; 4],
    /// Whether it need not be found: it counts neither for nor against the detector.
    pub difficult: bool,
}

/// What a detector found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// The photograph, from 0.
    pub image: u32,
    /// The class, from 0.
    pub class: u32,
    /// How sure the detector is; only the order matters.
    pub score: f64,
    /// Left, top, right and bottom, as those of a [`Truth`].
    pub bounds: [f64; 4],
}

/// The size of the set that a detector is judged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluatedSet {
    /// Photographs, those without an object among them.
    pub images: u32,
    /// Classes, those without an object among them.
    pub classes: u32,
}

/// Why something cannot be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unusable {
    /// A detection.
    #[error("detection {at}: {problem}")]
    Detection {
        /// Which one, from 0.
        at: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// An object.
    #[error("object {at}: {problem}")]
    Truth {
        /// Which one, from 0.
        at: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The overlap that a match needs.
    #[error("an overlap of {0} cannot be asked for; it is above 0 and at most 1")]
    Overlap(f64),
}

impl EvaluatedSet {
    /// Whether everything can be judged, or the first thing that cannot.
    pub(super) fn check(self, truths: &[Truth], detections: &[Detection]) -> Result<(), Unusable> {
        for (at, truth) in truths.iter().enumerate() {
            let problem = self.problem(truth.image, truth.class, truth.bounds);
            problem.map_or(Ok(()), |problem| Err(Unusable::Truth { at, problem }))?;
        }
        for (at, found) in detections.iter().enumerate() {
            let score =
                (!found.score.is_finite()).then(|| format!("the score {} is not finite", found.score));
            let problem = score.or_else(|| self.problem(found.image, found.class, found.bounds));
            problem.map_or(Ok(()), |problem| Err(Unusable::Detection { at, problem }))?;
        }
        Ok(())
    }

    fn problem(self, image: u32, class: u32, bounds: [f64; 4]) -> Option<String> {
        if image >= self.images {
            return Some(format!("image {image} is outside the set of {} photographs", self.images));
        }
        if class >= self.classes {
            return Some(format!("class {class} is not one of the {} classes", self.classes));
        }
        let edge = bounds.into_iter().find(|edge| !edge.is_finite())?;
        Some(format!("an edge of the box, {edge}, is not finite"))
    }
}
