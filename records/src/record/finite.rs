//! How optional floats are written and read: finite, or absent.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes a float that is not finite as absent.
pub fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    value.filter(|number| number.is_finite()).serialize(serializer)
}

/// Refuses a float that is not finite.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(number) if !number.is_finite() => {
            Err(D::Error::custom(format!("{number} is not a finite number; leave the field empty instead")))
        }
        number => Ok(number),
    }
}
