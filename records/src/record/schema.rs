//! The version of the columns, so that a reader knows what a row can contain.

use serde::{Deserialize, Deserializer, Serialize};

/// The version that this harness writes. What changed:
///
/// 1. Everything before there was a column `schema`; later files of it have more columns than early ones.
/// 2. `step_ms`, `step_per_reference`, `fps_per_reference` and `schema` itself.
/// 3. `threads`; `train_seconds` and `device_hours` leave out the time of the reference workload, which was
///    up to 6 % of them.
/// 4. `instruction_set`.
/// 5. `map_all_points`, `map_last_mean` and `train_cost_active_ratio`.
/// 6. `structure_changes`, `method_revision` and `profile_revision`; without the columns both revisions are 0.
pub const SCHEMA: u32 = 6;

/// The version of a record's columns: of a new record [`SCHEMA`], of one that does not say it 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Schema(pub u32);

impl Default for Schema {
    fn default() -> Schema {
        Schema(SCHEMA)
    }
}

impl Schema {
    /// The version of a record that lacks the column.
    pub(super) fn first() -> Schema {
        Schema(1)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Schema, D::Error> {
        Ok(Option::<u32>::deserialize(deserializer)?.map_or_else(Schema::first, Schema))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Record;

    #[test]
    fn a_new_record_has_the_newest_version_and_a_silent_one_the_first() {
        assert_eq!(Record::default().schema, Schema(SCHEMA));
        let version = |json: &str| serde_json::from_str::<Record>(json).unwrap().schema;
        assert_eq!(version(r#"{"key": "a"}"#), Schema(1));
        assert_eq!(version(r#"{"key": "a", "schema": null}"#), Schema(1));
        assert_eq!(version(r#"{"key": "a", "schema": 7}"#), Schema(7));
    }
}
