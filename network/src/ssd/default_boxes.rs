//! The boxes that an SSD's heads move and scale: some of every shape around every cell of every map.
//!
//! Scales, shapes and their order are those of SMCP's `smcp/detection` (SSD512-ResNet50), whose maps
//! have 64 to 1 cells a side. For other sides of an image the scales of the maps behind the first are spaced evenly
//! over the same range.

use crate::{Network, NodeId};

/// Scale of the boxes of the first map, as a fraction of the image.
const FIRST_SCALE: f64 = 0.07;
/// Scales of the second and of the last map.
const OTHER_SCALES: (f64, f64) = (0.15, 0.90);
/// Widths over heights of what follows the two squares, where a cell has 4 boxes and where it has 6.
const RATIOS_OF_4: &[f64] = &[2.0, 0.5];
/// The reference code writes the last one with three digits.
const RATIOS_OF_6: &[f64] = &[2.0, 3.0, 0.5, 0.333];

/// The default boxes of a detector, in the order in which its heads return them.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultBoxes {
    /// Centre x, centre y, width and height of every box as fractions of the image: map by map as the heads
    /// are listed, cell by cell along the rows from the upper left, and within a cell the square, the larger square,
    /// then the ratios 2, 3, 1/2 and 1/3 (of four boxes: 2 and 1/2). A box may reach out of the image.
    pub boxes: Vec<[f32; 4]>,
    /// Kinds of objects that the class heads tell apart, without the background, which comes first.
    pub classes: usize,
}

/// Why a network is not a detector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "network {network:?} is not a detector: {flaw}; its outputs must be pairs of a location and a class head on \
     square maps, with 4 or 6 boxes a cell, as those of the ssd models"
)]
pub struct NotADetector {
    /// The network's name.
    pub network: String,
    /// What is wrong.
    pub flaw: String,
}

/// What a pair of heads says of its map.
struct Map {
    cells: usize,
    boxes: usize,
    classes: usize,
}

impl DefaultBoxes {
    /// The boxes of `network`'s heads.
    ///
    /// # Errors
    ///
    /// If its outputs are not pairs of a location and a class head.
    pub fn of(network: &Network) -> Result<Self, NotADetector> {
        let not = |flaw: String| NotADetector { network: network.name.clone(), flaw };
        let outputs = network.output_nodes();
        if outputs.len() < 2 || !outputs.len().is_multiple_of(2) {
            return Err(not(format!("it has {} outputs", outputs.len())));
        }
        let maps: Vec<Map> = outputs
            .chunks(2)
            .map(|heads| map(network, heads[0], heads[1]).map_err(not))
            .collect::<Result<_, _>>()?;
        let classes = maps[0].classes;
        if let Some(other) = maps.iter().find(|map| map.classes != classes) {
            return Err(not(format!("one map has {classes} classes, another {}", other.classes)));
        }
        let boxes = maps.iter().enumerate().flat_map(|(level, map)| {
            let shapes = shapes(level, maps.len(), map.boxes);
            (0..map.cells * map.cells).flat_map(move |cell| {
                let centre = |at: usize| (at as f64 + 0.5) / map.cells as f64;
                let [x, y] = [centre(cell % map.cells), centre(cell / map.cells)];
                let of_shape = move |[width, height]: [f64; 2]| [x, y, width, height].map(|n| n as f32);
                shapes.clone().into_iter().map(of_shape)
            })
        });
        Ok(Self { boxes: boxes.collect(), classes })
    }
}

fn map(network: &Network, location: NodeId, class: NodeId) -> Result<Map, String> {
    let [location, class] = [location, class].map(|id| &network.nodes[id]);
    let names = format!("{} and {}", location.name, class.name);
    let (shape, scores) = (location.shape, class.shape);
    if shape.width != shape.height || [shape.width, shape.height] != [scores.width, scores.height] {
        return Err(format!("{names} are not on one square map"));
    }
    let boxes = shape.channels / 4;
    if shape.channels != 4 * boxes || ![4, 6].contains(&boxes) {
        return Err(format!("{} has {} channels instead of 16 or 24", location.name, shape.channels));
    }
    match scores.channels.checked_div(boxes) {
        Some(all) if all * boxes == scores.channels && all > 1 => {
            Ok(Map { cells: shape.width, boxes, classes: all - 1 })
        }
        _ => Err(format!("{} has {} channels for {boxes} boxes a cell", class.name, scores.channels)),
    }
}

/// The scale of map `level` of `levels`.
fn scale(level: usize, levels: usize) -> f64 {
    let (second, last) = OTHER_SCALES;
    match level {
        0 => FIRST_SCALE,
        level => second + (last - second) * (level - 1) as f64 / levels.saturating_sub(2).max(1) as f64,
    }
}

/// Width and height of the boxes of a cell: at most those of the image.
fn shapes(level: usize, levels: usize, boxes: usize) -> Vec<[f64; 2]> {
    let scale_of = |level| scale(level, levels);
    let scale = scale_of(level);
    let larger = if level + 1 == levels { 1.0 } else { (scale * scale_of(level + 1)).sqrt() };
    let ratios = if boxes == 4 { RATIOS_OF_4 } else { RATIOS_OF_6 };
    let others = ratios.iter().map(|ratio| [scale * ratio.sqrt(), scale / ratio.sqrt()]);
    [[scale; 2], [larger; 2]].into_iter().chain(others).map(|shape| shape.map(|n| n.min(1.0))).collect()
}
