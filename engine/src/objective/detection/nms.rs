//! Non-maximum suppression: of detections of one class that overlap, only the one with the highest score stays.
//!
//! Classes never suppress each other, so each is done by itself. That is on the host: some thousand
//! candidates take little time there, and the best two hundred of an image are all that
//! is kept.

/// A candidate or a detection: a box with its class and score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Class, from 0.
    pub class: u32,
    /// Share of probability.
    pub score: f32,
    /// Left, top, right and bottom edges as fractions of the image.
    pub edges: [f32; 4],
}

/// The detections among `candidates`, by falling score: at most `most`, none of which overlaps a better one of its
/// class by more than `overlap` (intersection over union). Of equal scores the earlier candidate comes first.
pub(super) fn suppress(mut candidates: Vec<Scored>, overlap: f32, most: usize) -> Vec<Scored> {
    // Stable, so that equal scores keep the order of the default boxes.
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let classes = candidates.iter().map(|candidate| candidate.class as usize + 1).max().unwrap_or(0);
    let mut kept_of: Vec<Vec<Kept>> = vec![Vec::new(); classes];
    let mut detections = Vec::with_capacity(most.min(candidates.len()));
    for candidate in candidates {
        let kept = &mut kept_of[candidate.class as usize];
        let new = Kept::new(candidate.edges);
        if kept.iter().any(|better| better.overlaps(&new, overlap)) {
            continue;
        }
        kept.push(new);
        detections.push(candidate);
        // Whatever follows has a lower score.
        if detections.len() == most {
            break;
        }
    }
    detections
}

/// A box that stays, with its area.
#[derive(Clone)]
struct Kept {
    edges: [f32; 4],
    area: f32,
}

impl Kept {
    fn new(edges: [f32; 4]) -> Self {
        Self { edges, area: (edges[2] - edges[0]) * (edges[3] - edges[1]) }
    }

    /// Whether the intersection over union is more than `most`.
    fn overlaps(&self, other: &Kept, most: f32) -> bool {
        let width = self.edges[2].min(other.edges[2]) - self.edges[0].max(other.edges[0]);
        let height = self.edges[3].min(other.edges[3]) - self.edges[1].max(other.edges[1]);
        let intersection = width.max(0.0) * height.max(0.0);
        intersection > most * (self.area + other.area - intersection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition: a candidate stays if no better one of its class that stays overlaps it too much.
    fn brute_force(candidates: &[Scored], overlap: f64, most: usize) -> Vec<Scored> {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by(|&a, &b| candidates[b].score.total_cmp(&candidates[a].score).then(a.cmp(&b)));
        let iou = |a: &Scored, b: &Scored| {
            let [a, b] = [a, b].map(|scored| scored.edges.map(f64::from));
            let inner = |at: usize| (a[at + 2].min(b[at + 2]) - a[at].max(b[at])).max(0.0);
            let area = |edges: [f64; 4]| (edges[2] - edges[0]) * (edges[3] - edges[1]);
            let both = inner(0) * inner(1);
            both / (area(a) + area(b) - both)
        };
        let mut kept: Vec<Scored> = Vec::new();
        for index in order {
            let new = candidates[index];
            if kept.iter().all(|old| old.class != new.class || iou(old, &new) <= overlap) {
                kept.push(new);
            }
        }
        kept.truncate(most);
        kept
    }

    /// torchvision keeps the same candidates in the same order (`nms_torchvision.py`).
    #[test]
    fn it_is_what_torchvision_keeps() {
        let mut candidates = Vec::new();
        let mut ranked = Vec::new();
        for line in include_str!("nms_torchvision.csv").lines().skip(2) {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |at: usize| fields[at].parse::<f32>().unwrap();
            let scored = Scored {
                class: fields[0].parse().unwrap(),
                score: number(1),
                edges: [number(2), number(3), number(4), number(5)],
            };
            candidates.push(scored);
            ranked.extend(fields[6].parse::<usize>().ok().map(|rank| (rank, scored)));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        assert!(ranked.len() > 50 && ranked.len() < candidates.len());
        let expected: Vec<Scored> = ranked.into_iter().map(|(_, scored)| scored).collect();
        assert_eq!(suppress(candidates, 0.45, usize::MAX), expected);
    }

    prop_compose! {
        /// Edges are multiples of 1/32, so that both computations of an overlap are exact enough to agree.
        fn scored()(class in 0u32..3, score in 0u8..20, x in 0u8..24, y in 0u8..24, w in 1u8..12, h in 1u8..12)
            -> Scored {
            let at = |n: u8| f32::from(n) / 32.0;
            Scored { class, score: f32::from(score) / 20.0, edges: [at(x), at(y), at(x + w), at(y + h)] }
        }
    }

    proptest! {
        #[test]
        fn it_is_what_the_definition_says(
            candidates in prop::collection::vec(scored(), 0..60),
            most in 1usize..40,
        ) {
            // 0.45 is no quotient of the small areas here, so that rounding decides nothing.
            let found = suppress(candidates.clone(), 0.4501, most);
            prop_assert_eq!(found, brute_force(&candidates, 0.4501, most));
        }
    }
}
