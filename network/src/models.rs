//! The models by name: the only place that turns a name into a description.

use crate::{Network, wide_resnet};

/// A model name that means nothing here.
#[derive(Debug, thiserror::Error)]
#[error("there is no model `{name}`; {remedy}")]
pub struct UnknownModel {
    name: String,
    remedy: String,
}

/// What can be asked for, for lists and messages.
pub const FAMILIES: &[(&str, &str)] = &[(
    "wrn-D-K",
    "WideResNet of depth D = 6n + 4 (10 to 100) and width K (1 to 16) for 32 x 32 images, e.g. wrn-22-2",
)];

/// The description of model `name` with `classes` outputs.
pub fn model(name: &str, classes: usize) -> Result<Network, UnknownModel> {
    let unknown = |remedy: &str| UnknownModel { name: name.into(), remedy: remedy.into() };
    let numbers = name.strip_prefix("wrn-").and_then(|rest| rest.split_once('-'));
    let Some((depth, width)) = numbers else {
        return Err(unknown("the families are wrn-D-K, for instance wrn-22-2"));
    };
    let (Ok(depth), Ok(width)) = (depth.parse::<usize>(), width.parse::<usize>()) else {
        return Err(unknown("write depth and width as numbers, for instance wrn-22-2"));
    };
    if !(10..=100).contains(&depth) || depth % 6 != 4 {
        return Err(unknown("the depth must be 6n + 4 from 10 to 100: 10, 16, 22, 28 ..."));
    }
    if !(1..=16).contains(&width) {
        return Err(unknown("the width must be from 1 to 16"));
    }
    Ok(wide_resnet(depth, width, classes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        assert_eq!(model("wrn-22-2", 10).unwrap().name, "wrn-22-2");
        for (bad, word) in
            [("resnet", "families"), ("wrn-x-2", "numbers"), ("wrn-20-2", "6n + 4"), ("wrn-22-0", "width")]
        {
            let message = model(bad, 10).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
        }
    }
}
